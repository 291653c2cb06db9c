"""Requests of `spreadsheets.batchUpdate` that name, tag, protect or decorate; kept as they were sent."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable
from typing import Any

from relance.sandbox.google import refusal
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]
Apply = Callable[[Workbook, Json], Json]


def _next_id(kept: list[Json], key: str, wanted: object) -> int:
    taken = {item.get(key) for item in kept}
    if wanted is not None:
        if wanted in taken:
            raise refusal.invalid(f"{key} {wanted} is already in use.")
        return int(str(wanted))
    return max((int(i) for i in taken if i), default=0) + 1


def _create_metadata(book: Workbook, body: Json) -> Json:
    item = copy.deepcopy(body["developerMetadata"])
    if not item.get("metadataKey") or item.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise refusal.invalid("developerMetadata needs a metadataKey and a visibility")
    item["metadataId"] = _next_id(book.metadata, "metadataId", item.get("metadataId"))
    item.setdefault("location", {"spreadsheet": True})
    item["location"]["locationType"] = _location_type(item["location"])
    book.metadata.append(item)
    return {"createDeveloperMetadata": {"developerMetadata": copy.deepcopy(item)}}


def _location_type(location: Json) -> str:
    if "dimensionRange" in location:
        return "ROW" if location["dimensionRange"].get("dimension") == "ROWS" else "COLUMN"
    return "SHEET" if "sheetId" in location else "SPREADSHEET"


def _delete_metadata(book: Workbook, body: Json) -> Json:
    lookup = body["dataFilter"]["developerMetadataLookup"]
    gone = [
        item
        for item in book.metadata
        if all(item.get(key) == wanted for key, wanted in lookup.items() if key.startswith("metadata"))
    ]
    book.metadata = [item for item in book.metadata if item not in gone]
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": gone}}


def _add_named_range(book: Workbook, body: Json) -> Json:
    item = copy.deepcopy(body["namedRange"])
    if any(named["name"] == item["name"] for named in book.named_ranges):
        raise refusal.invalid(f"A named range with the name {item['name']} already exists.")
    default = format(zlib.crc32(item["name"].encode()), "d")
    item.setdefault("namedRangeId", default)
    book.named_ranges.append(item)
    return {"addNamedRange": {"namedRange": copy.deepcopy(item)}}


def _delete_named_range(book: Workbook, body: Json) -> Json:
    book.named_ranges = [n for n in book.named_ranges if n["namedRangeId"] != body["namedRangeId"]]
    return {}


def _tab_of(book: Workbook, item: Json) -> Tab:
    for place in (item.get("range"), *(item.get("ranges") or [])):
        if place:
            return book.tab(int(place.get("sheetId", 0)))
    anchor = item.get("position", {}).get("overlayPosition", {}).get("anchorCell", {})
    return book.tab(int(item.get("sheetId", anchor.get("sheetId", 0))))


def _adder(kind: str, key: str, store: str, identity: str) -> Apply:
    def add(book: Workbook, body: Json) -> Json:
        item = copy.deepcopy(body[key])
        kept: list[Json] = _tab_of(book, item).extras.setdefault(store, [])
        everywhere = [one for tab in book.tabs for one in tab.extras.get(store, [])]
        if identity:
            item[identity] = _numbered(everywhere, identity, item.get(identity))
        kept.insert(int(body.get("index", len(kept))), item)
        return {kind: {key: copy.deepcopy(item)}} if identity else {}

    return add


def _numbered(everywhere: list[Json], identity: str, wanted: object) -> object:
    if isinstance(wanted, str):
        if any(one.get(identity) == wanted for one in everywhere):
            raise refusal.invalid(f"{identity} {wanted} is already in use.")
        return wanted
    number = _next_id(everywhere, identity, wanted)
    return str(number) if identity == "tableId" else number


def _remover(store: str, identity: str, *, by: str = "") -> Apply:
    def remove(book: Workbook, body: Json) -> Json:
        wanted = body[by or identity]
        for tab in book.tabs:
            kept = tab.extras.get(store, [])
            left = [item for item in kept if item.get(identity) != wanted]
            if len(left) != len(kept):
                tab.extras[store] = left
                return {}
        raise refusal.invalid(f"No item with {identity} {wanted}.")

    return remove


def _delete_rule(book: Workbook, body: Json) -> Json:
    rules = book.tab(int(body.get("sheetId", 0))).extras.get("conditionalFormats", [])
    if int(body["index"]) >= len(rules):
        raise refusal.invalid(f"No conditional format on sheet at index {body['index']}.")
    return {"deleteConditionalFormatRule": {"rule": rules.pop(int(body["index"]))}}


def _set_basic_filter(book: Workbook, body: Json) -> Json:
    chosen = body["filter"]
    _tab_of(book, chosen).extras["basicFilter"] = copy.deepcopy(chosen)
    return {}


def _clear_basic_filter(book: Workbook, body: Json) -> Json:
    book.tab(int(body.get("sheetId", 0))).extras.pop("basicFilter", None)
    return {}


def _merge_cells(book: Workbook, body: Json) -> Json:
    tab, box = book.grid_range(body["range"])
    tab.clip(box)
    tab.extras.setdefault("merges", []).append(copy.deepcopy(body["range"]))
    return {}


def _unmerge_cells(book: Workbook, body: Json) -> Json:
    tab, _ = book.grid_range(body["range"])
    tab.extras["merges"] = [merge for merge in tab.extras.get("merges", []) if merge != body["range"]]
    return {}


def _note_layout(book: Workbook, body: Json) -> Json:
    """Column widths, hidden rows, borders and the like: the last one asked is kept, nothing follows from it."""
    place = body.get("range") or body.get("dimensions") or {}
    tab = book.tab(int(place.get("sheetId", 0)))
    layout: list[Json] = tab.extras.setdefault("layout", [])
    layout.append(copy.deepcopy(body))
    del layout[:-100]
    return {}


KINDS: dict[str, Apply] = {
    "createDeveloperMetadata": _create_metadata,
    "deleteDeveloperMetadata": _delete_metadata,
    "addNamedRange": _add_named_range,
    "deleteNamedRange": _delete_named_range,
    "addProtectedRange": _adder("addProtectedRange", "protectedRange", "protectedRanges", "protectedRangeId"),
    "deleteProtectedRange": _remover("protectedRanges", "protectedRangeId"),
    "addChart": _adder("addChart", "chart", "charts", "chartId"),
    "deleteEmbeddedObject": _remover("charts", "chartId", by="objectId"),
    "addTable": _adder("addTable", "table", "tables", "tableId"),
    "deleteTable": _remover("tables", "tableId"),
    "addBanding": _adder("addBanding", "bandedRange", "bandedRanges", "bandedRangeId"),
    "addConditionalFormatRule": _adder("addConditionalFormatRule", "rule", "conditionalFormats", ""),
    "deleteConditionalFormatRule": _delete_rule,
    "setBasicFilter": _set_basic_filter,
    "clearBasicFilter": _clear_basic_filter,
    "mergeCells": _merge_cells,
    "unmergeCells": _unmerge_cells,
    "updateDimensionProperties": _note_layout,
    "autoResizeDimensions": _note_layout,
    "updateBorders": _note_layout,
}
