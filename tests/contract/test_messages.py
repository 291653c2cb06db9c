"""The messages on the broker: schemas are generated, committed and compared; golden samples are only ever added."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relance.contracts import envelope, events, schemas

SAMPLES = Path(__file__).parent / "samples"


def test_committed_schemas_are_those_of_the_models():
    stale = {name for name, text in schemas.generated().items() if schemas.committed(name) != text}
    assert not stale, "run: python -m relance.contracts.schemas"


@pytest.mark.parametrize("kind", events.Event.__subclasses__(), ids=lambda kind: kind.__name__)
def test_every_payload_has_a_golden_sample(kind):
    assert (SAMPLES / f"{kind.model_fields['type'].default}.json").exists()


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_golden_samples_are_still_understood(path):
    sample = json.loads(path.read_text())
    message = envelope.Envelope.model_validate(sample)
    assert message.model_dump(mode="json") == sample


def test_an_unknown_field_is_refused():
    sample = json.loads((SAMPLES / "message.sent.v1.json").read_text())
    sample["data"]["phone"] = "+33639980000"
    with pytest.raises(ValueError, match="phone"):
        envelope.Envelope.model_validate(sample)


def test_the_same_natural_key_gives_the_same_id():
    assert envelope.derived_id("job", 1, "voyage_j30", 1) == envelope.derived_id("job", 1, "voyage_j30", 1)
    assert envelope.derived_id("job", 11, "x") != envelope.derived_id("job", 1, "1x")
