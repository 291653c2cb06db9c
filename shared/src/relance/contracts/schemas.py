"""JSON Schemas of the messages, generated into `schemas/` and committed: `python -m relance.contracts.schemas`.

A consumer written in another language reads those; a changed file in a review is a changed contract.
"""

from __future__ import annotations

import json
from pathlib import Path

from relance.contracts import envelope, events

_FOLDER = Path(__file__).parent / "schemas"


def generated() -> dict[str, str]:
    """File name → text, one per payload and one for the envelope."""
    models = {"envelope": envelope.Envelope} | {
        str(kind.model_fields["type"].default): kind for kind in events.Event.__subclasses__()
    }
    return {
        f"{name}.schema.json": json.dumps(model.model_json_schema(), indent=2, sort_keys=True) + "\n"
        for name, model in models.items()
    }


def committed(name: str) -> str | None:
    path = _FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def _write() -> None:
    _FOLDER.mkdir(exist_ok=True)
    for name, text in generated().items():
        (_FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write()
