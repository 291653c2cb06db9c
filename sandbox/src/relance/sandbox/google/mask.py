"""Field masks: `sheets(properties.title,data.rowData.values(effectiveValue))`, to read and to write by."""

from __future__ import annotations

import re
from typing import Any

from relance.sandbox.google import refusal

Json = dict[str, Any]
Mask = dict[str, "Mask"]  # an empty mask keeps everything below it

_TOKEN = re.compile(r"[A-Za-z0-9_@*$-]+|[(),./]")


def parse(text: str) -> Mask:
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", ""):
        raise _bad(text)
    mask, rest = _fields(tokens, text)
    if rest or not mask:
        raise _bad(text)
    return {} if "*" in mask else mask


def project(value: Any, mask: Mask) -> Any:
    """Only what the mask names; absent fields stay absent."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [project(item, mask) for item in value]
    if isinstance(value, dict):
        return {key: project(value[key], below) for key, below in mask.items() if key in value}
    return value


def write(target: Json, source: Json, mask: Mask) -> None:
    """Set in `target` what the mask names, and clear what it names and `source` lacks."""
    for key, below in mask.items():
        if below and isinstance(source.get(key), dict):
            write(target.setdefault(key, {}), source[key], below)
        elif source.get(key) is not None:
            target[key] = source[key]
        else:
            target.pop(key, None)


def names(mask: Mask, *path: str) -> bool:
    """Whether the mask keeps the field at `path`."""
    for part in path:
        if not mask or "*" in mask:
            return True
        if part not in mask:
            return False
        mask = mask[part]
    return True


def _fields(tokens: list[str], text: str) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while tokens:
        tokens = _path(tokens, mask, text)
        if not tokens or tokens[0] != ",":
            break
        tokens = tokens[1:]
    return mask, tokens


def _path(tokens: list[str], into: Mask, text: str) -> list[str]:
    while True:
        if not tokens or tokens[0] in "(),./":
            raise _bad(text)
        name, tokens = tokens[0], tokens[1:]
        into = into.setdefault(name, {})
        if not tokens or tokens[0] not in "(./":
            return tokens
        opener, tokens = tokens[0], tokens[1:]
        if opener == "(":
            inner, tokens = _fields(tokens, text)
            into.update(inner)
            if not tokens or tokens[0] != ")":
                raise _bad(text)
            return tokens[1:]


def _bad(text: str) -> refusal.Refused:
    return refusal.invalid(f"Request contains an invalid argument: field mask '{text}'")
