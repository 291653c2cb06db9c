"""Texts for customers: placeholders compiled strictly, values formatted for the reader, nothing evaluated.

`{{Nom}}` and `[Nom]` name a computed value or a column of the ledger, whatever its accents, case and spaces. An
unknown name, a missing value or a leftover brace raises TemplateRejected: such a text is never sent. A line that
starts with `? ` is dropped when one of its values is empty.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, dates, numbers

from relance.domain import accents
from relance.domain.errors import TemplateRejected
from relance.domain.money import Money

COMPUTED = (
    "Nom", "Prénom", "Montant", "Solde", "Date", "Échéance", "Lien", "Jours restants", "Destination", "Facture",
    "Documents manquants", "Documents reçus", "Documents demandés", "Détail", "Agence", "Billets",
    "Numéro d'entreprise",
)  # fmt: skip

_OPTIONAL = "? "
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\[\]\n]+?)\s*\}\}|\[\s*([^{}\[\]\n]+?)\s*\]")
_BRACES = re.compile(r"[{}\[\]]")
_SPACES = re.compile(r"\s+")
_MARKS = re.compile(r"[*~`]")
_LONE_UNDERSCORE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
# Most cells are letters, figures and single spaces: nothing to look at one by one.
_PLAIN = re.compile(r"[^\W_]+(?:[ '’.,-][^\W_]+)*")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/+", re.IGNORECASE)
_WOULD_BE_LINK = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})")
# Letters and symbols by their category that nobody can see: Hangul fillers, Khmer vowels, an empty braille cell.
_BLANKS = dict.fromkeys(map(ord, "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"), " ")
_LINE_MARK = re.compile(r"^(?:[>#•-]\s*)+")


@dataclass(frozen=True, slots=True)
class Line:
    """Literal, name, literal, name, …, literal: names at odd places."""

    parts: tuple[str, ...]
    is_optional: bool

    @property
    def names(self) -> tuple[str, ...]:
        return self.parts[1::2]


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    lines: tuple[Line, ...]

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(name for line in self.lines for name in line.names)

    def render(self, values: Mapping[str, str]) -> str:
        """`values` by folded name (see `fold`); raises TemplateRejected when a needed one is missing or empty."""
        kept = []
        for line in self.lines:
            if line.is_optional and not all(values.get(fold(name)) for name in line.names):
                continue
            kept.append("".join(self._part(index, part, values) for index, part in enumerate(line.parts)))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()

    def _part(self, index: int, part: str, values: Mapping[str, str]) -> str:
        if index % 2 == 0:
            return part
        value = values.get(fold(part))
        if not value:
            raise TemplateRejected(f"{self.name} : « {part} » est vide")
        return value


def compiled(text: str, *, name: str, known: Collection[str]) -> Template:
    """Raises TemplateRejected naming the text and the placeholder or brace that is wrong."""
    folded = {fold(word) for word in known}
    lines = []
    for number, raw in enumerate(text.strip("\n").split("\n"), start=1):
        is_optional = raw.startswith(_OPTIONAL)
        line = Line(_split(raw.removeprefix(_OPTIONAL).rstrip()), is_optional)
        for literal in line.parts[::2]:
            if _BRACES.search(literal):
                raise TemplateRejected(f"{name}, ligne {number} : accolade ou crochet en trop")
        for placeholder in line.names:
            if fold(placeholder) not in folded:
                raise TemplateRejected(
                    f"{name}, ligne {number} : « {placeholder} » n'est ni une colonne ni une valeur connue"
                )
        lines.append(line)
    if not any(part.strip() for line in lines for part in line.parts):
        raise TemplateRejected(f"{name} : le texte est vide")
    return Template(name, tuple(lines))


def names(text: str) -> frozenset[str]:
    """Every placeholder of a text, known or not."""
    return frozenset(match[1] or match[2] for match in _PLACEHOLDER.finditer(text))


def _split(line: str) -> tuple[str, ...]:
    parts, end = [], 0
    for match in _PLACEHOLDER.finditer(line):
        parts += [line[end : match.start()], match[1] or match[2]]
        end = match.end()
    return (*parts, line[end:])


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """One key for a name however it is written: accents, case, spaces and apostrophes do not count."""
    bare = accents.dropped(name, form="NFKD")
    return _SPACES.sub(" ", bare.replace("’", "'")).strip().casefold()


def neutral(value: str) -> str:
    """Data as plain words: no formatting mark, control character or line break of it reaches WhatsApp."""
    value = value.translate(_BLANKS)
    if _PLAIN.fullmatch(value):
        return value
    visible = "".join(
        " " if c.isspace() else c for c in value if c.isspace() or unicodedata.category(c)[0] != "C" or c == "\u200d"
    )
    plain = _LONE_UNDERSCORE.sub("", _MARKS.sub("", visible)).translate(str.maketrans("{}[]", "()()"))
    return _LINE_MARK.sub("", re.sub(r" {2,}", " ", plain)).strip()


def without_links(value: str) -> str:
    """Plain words of which WhatsApp makes no link: « evil.example » becomes « evil. example », a scheme goes."""
    return _WOULD_BE_LINK.sub(". ", _SCHEME.sub("", value))


def cell(value: str) -> str:
    """A column's cell in a text: a cell that is a link stays one, any other is plain words."""
    return link(value) or without_links(neutral(value))


def link(value: str) -> str:
    """A payment link as it is, or nothing when it is not one."""
    candidate = value.strip()
    return candidate if re.fullmatch(r"https?://[^\s<>\"{}\[\]]+", candidate) else ""


def amount(money: Money | None, language: str) -> str:
    if money is None:
        return ""
    is_whole = money.amount == money.amount.to_integral_value()
    shown = numbers.format_currency(
        money.amount.quantize(Decimal(1)) if is_whole else money.amount,
        money.currency,
        locale=_locale(language),
        currency_digits=not is_whole,
        format=_pattern(money.currency, language, is_whole=is_whole),
    )
    return str(shown)


def _pattern(currency: str, language: str, *, is_whole: bool) -> str | None:
    """None for the language's own; English rupees are counted in lakhs."""
    if language != "en":
        return "#,##0\u00a0¤" if is_whole else None
    whole = "¤#,##,##0" if currency == "INR" else "¤#,##0"
    return whole if is_whole else f"{whole}.00" if currency == "INR" else None


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=4096)
def day(value: date | None, language: str) -> str:
    if value is None:
        return ""
    shown = dates.format_date(value, "d MMMM y", locale=_locale(language))
    return re.sub(r"^1 ", "1er ", shown) if language == "fr" else shown
