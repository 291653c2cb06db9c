"""The `q` of files.list: the clauses that clients use, joined by `and`; anything else is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from relance.sandbox.google import refusal

Json = dict[str, Any]
Claim = Callable[[Json], bool]

_TEXT = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CLAUSES = {
    "parent": re.compile(rf"{_TEXT}\s+in\s+parents"),
    "text": re.compile(rf"(name|mimeType)\s*(!=|=|contains)\s*{_TEXT}"),
    "trashed": re.compile(r"trashed\s*(!=|=)\s*(true|false)"),
    "property": re.compile(
        rf"(appProperties|properties)\s+has\s+\{{\s*key\s*=\s*{_TEXT}\s+and\s+value\s*=\s*{_TEXT}\s*\}}"
    ),
}
_AND = re.compile(r"\s+and\s+")


def parse(text: str, *, root: str) -> Claim:
    claims: list[Claim] = []
    at = 0
    while text.strip():
        claim, at = _clause(text, at, root)
        claims.append(claim)
        joined = _AND.match(text, at)
        if joined is None:
            break
        at = joined.end()
    if text[at:].strip():
        raise _bad()
    return lambda file: all(claim(file) for claim in claims)


def _clause(text: str, at: int, root: str) -> tuple[Claim, int]:
    while text[at : at + 1] == " ":
        at += 1
    for kind, pattern in _CLAUSES.items():
        found = pattern.match(text, at)
        if found:
            return _claim(kind, [_plain(part) for part in found.groups()], root), found.end()
    raise _bad()


def _claim(kind: str, parts: list[str], root: str) -> Claim:
    match kind, parts:
        case "parent", [wanted]:
            folder = root if wanted == "root" else wanted
            return lambda file: folder in file["parents"]
        case "text", [name, "contains", part]:
            return lambda file: part.casefold() in str(file[name]).casefold()
        case "text", [name, sign, whole]:
            return lambda file: (file[name] == whole) is (sign == "=")
        case "trashed", [sign, flag]:
            return lambda file: (file["trashed"] is (flag == "true")) is (sign == "=")
        case "property", [name, key, value]:
            return lambda file: file.get(name, {}).get(key) == value
    raise _bad()


def _plain(text: str) -> str:
    bare = text[1:-1] if text[0] in "'\"" else text
    return re.sub(r"\\(.)", r"\1", bare)


def _bad() -> refusal.Refused:
    return refusal.drive_refusal(400, "invalid", "Invalid Value", "q")
