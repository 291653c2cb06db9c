"""Which approved template says a text: outside the 24 hours after a customer's message Meta lets nothing else through.

The owner has the texts of *Modèles* approved with numbered places, `{{1}}`, `{{2}}`. A text is said by the template
that is exactly it once the places are filled; the values are read back out of the text. One that no template says, or
that two say differently, is not said at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PLACE = re.compile(r"\{\{(\d+)\}\}")
# Meta refuses line breaks, tabs and runs of blanks inside a value.
_FORBIDDEN = re.compile(r"[\n\t]| {5,}")


@dataclass(frozen=True, slots=True)
class Template:
    """An approved template without header or buttons; `body` has its numbered places."""

    name: str
    language: str
    body: str


@dataclass(frozen=True, slots=True)
class Said:
    name: str
    language: str
    values: tuple[str, ...]


def said_by(text: str, templates: Iterable[Template]) -> Said | None:
    """The one template that says `text`, and with which values; None when there is none or it is not certain."""
    found = {said for template in templates if (said := _matched(text, template)) is not None}
    return found.pop() if len(found) == 1 else None


def _matched(text: str, template: Template) -> Said | None:
    pieces = _PLACE.split(template.body)
    pattern, numbers = re.escape(pieces[0]), []
    for number, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        pattern += f"(?P=v{number})" if number in numbers else f"(?P<v{number}>.+?)"
        pattern += re.escape(literal)
        numbers.append(number)
    match = re.fullmatch(pattern, text)
    if match is None:
        return None
    ordered = sorted(match.groupdict().items(), key=lambda item: int(item[0][1:]))
    values = tuple(value for _, value in ordered)
    if any(_FORBIDDEN.search(value) for value in values):
        return None
    return Said(template.name, template.language, values)
