"""Workbooks and small records on disk: one JSON file each, replaced whole, before any write is answered.

A rename is atomic and survives the death of the process between any two lines (not a power cut: there is no
fsync, this is a place to practise).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]


def write_bytes(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(content)
    beside.replace(path)


def write_json(path: Path, value: Json) -> None:
    write_bytes(path, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def read_json(path: Path) -> Json:
    found: Json = json.loads(path.read_bytes())
    return found


def dump_book(book: Workbook) -> Json:
    return {
        "id": book.id,
        "version": book.version,
        "properties": book.properties,
        "named_ranges": book.named_ranges,
        "metadata": book.metadata,
        "tabs": [
            {
                "properties": tab.properties,
                "extras": tab.extras,
                "row_count": tab.row_count,
                "rows": {r: row for r, row in enumerate(tab.rows) if row},
            }
            for tab in book.tabs
        ],
    }


def load_book(raw: Json) -> Workbook:
    return Workbook(
        id=raw["id"],
        properties=raw["properties"],
        named_ranges=raw["named_ranges"],
        metadata=raw["metadata"],
        version=raw["version"],
        tabs=[_load_tab(tab) for tab in raw["tabs"]],
    )


def _load_tab(raw: Json) -> Tab:
    rows: list[dict[int, Json]] = [{} for _ in range(raw["row_count"])]
    for r, row in raw["rows"].items():
        rows[int(r)] = {int(c): cell for c, cell in row.items()}
    return Tab(raw["properties"], rows, raw["extras"])
