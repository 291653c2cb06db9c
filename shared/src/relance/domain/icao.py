"""Machine-readable zones as ICAO 9303 lays them out: which character stands where, and what each check digit covers.

Parts 4 to 7 of ICAO Doc 9303 (eighth edition) for TD1, TD2, TD3 and the visa stickers MRV-A and MRV-B; the French
identity card made until 2021 has a layout of its own (`IDFRA`), without an expiry. Positions count from 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

FILLER = "<"
DIGITS = frozenset("0123456789")
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
ALPHABET = tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<")
_WEIGHTS = (7, 3, 1)
_VALUE = {char: index for index, char in enumerate(ALPHABET)} | {FILLER: 0}

Place = tuple[int, int]
"""Line and position in it."""


class Format(StrEnum):
    TD1 = "td1"
    TD2 = "td2"
    TD3 = "td3"
    MRV_A = "mrv_a"
    MRV_B = "mrv_b"
    IDFRA = "idfra"


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring characters of one line; `chars` is all that may stand there."""

    line: int
    start: int
    end: int
    chars: frozenset[str] = LETTERS | DIGITS | {FILLER}

    def places(self) -> list[Place]:
        return [(self.line, position) for position in range(self.start, self.end)]


@dataclass(frozen=True, slots=True)
class Check:
    """A check digit and what it is computed from. `<` stands for the digit of a field that is left empty."""

    over: tuple[Span, ...]
    digit: Place
    may_be_filler: bool = False

    def places(self) -> list[Place]:
        return [place for span in self.over for place in span.places()]


@dataclass(frozen=True, slots=True)
class Layout:
    """`spans` cover every position once; `first` are the letters that the zone may begin with."""

    format: Format
    lines: int
    width: int
    first: frozenset[str]
    spans: dict[str, Span]
    checks: tuple[Check, ...]
    composite: Check | None = None


def check_digit(text: str) -> str:
    return str(sum(_VALUE[char] * _WEIGHTS[index % 3] for index, char in enumerate(text)) % 10)


def residue(char: str) -> int:
    """Two characters of one residue look the same to every check digit: G and 6, L and 1, M and W."""
    return _VALUE[char] % 10


_NUMERIC = DIGITS | {FILLER}
_NAMES = LETTERS | {FILLER}
_SEX = frozenset("MFX<")


def _spans(*told: tuple[str, int, int, int, frozenset[str]]) -> dict[str, Span]:
    return {name: Span(line, start, end, chars) for name, line, start, end, chars in told}


_ANY = LETTERS | DIGITS | {FILLER}


def _second_line(width: int, optional_end: int, *more: tuple[str, int, int, int, frozenset[str]]) -> dict[str, Span]:
    """What TD2, TD3 and both visa stickers share: names on the first line, figures on the second."""
    return _spans(
        ("type", 0, 0, 2, _NAMES),
        ("issuer", 0, 2, 5, _NAMES),
        ("names", 0, 5, width, _NAMES),
        ("number", 1, 0, 9, _ANY),
        ("number_check", 1, 9, 10, DIGITS),
        ("nationality", 1, 10, 13, _NAMES),
        ("birth", 1, 13, 19, _NUMERIC),
        ("birth_check", 1, 19, 20, _NUMERIC),
        ("sex", 1, 20, 21, _SEX),
        ("expiry", 1, 21, 27, DIGITS),
        ("expiry_check", 1, 27, 28, DIGITS),
        ("optional", 1, 28, optional_end, _ANY),
        *more,
    )


_FIGURES = (
    Check((Span(1, 0, 9),), (1, 9)),
    Check((Span(1, 13, 19),), (1, 19)),
    Check((Span(1, 21, 27),), (1, 27)),
)
_PASSPORT, _CARD, _VISA = frozenset("P"), frozenset("IACP"), frozenset("V")

TD3 = Layout(
    Format.TD3, 2, 44, _PASSPORT,
    _second_line(44, 42, ("optional_check", 1, 42, 43, _NUMERIC), ("composite", 1, 43, 44, DIGITS)),
    # JMRTD bug 85: issuers write either `0` or `<` at position 43 when the optional data is empty.
    (*_FIGURES, Check((Span(1, 28, 42),), (1, 42), may_be_filler=True)),
    Check((Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 43)), (1, 43)),
)  # fmt: skip
TD2 = Layout(
    Format.TD2, 2, 36, _CARD, _second_line(36, 35, ("composite", 1, 35, 36, DIGITS)), _FIGURES,
    Check((Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 35)), (1, 35)),
)  # fmt: skip
MRV_A = Layout(Format.MRV_A, 2, 44, _VISA, _second_line(44, 44), _FIGURES)
MRV_B = Layout(Format.MRV_B, 2, 36, _VISA, _second_line(36, 36), _FIGURES)
TD1 = Layout(
    Format.TD1, 3, 30, _CARD,
    _spans(
        ("type", 0, 0, 2, _NAMES),
        ("issuer", 0, 2, 5, _NAMES),
        ("number", 0, 5, 14, _ANY),
        ("number_check", 0, 14, 15, _NUMERIC),
        ("optional", 0, 15, 30, _ANY),
        ("birth", 1, 0, 6, _NUMERIC),
        ("birth_check", 1, 6, 7, _NUMERIC),
        ("sex", 1, 7, 8, _SEX),
        ("expiry", 1, 8, 14, DIGITS),
        ("expiry_check", 1, 14, 15, DIGITS),
        ("nationality", 1, 15, 18, _NAMES),
        ("optional_2", 1, 18, 29, _ANY),
        ("composite", 1, 29, 30, DIGITS),
        ("names", 2, 0, 30, _NAMES),
    ),
    (Check((Span(0, 5, 14),), (0, 14)), Check((Span(1, 0, 6),), (1, 6)), Check((Span(1, 8, 14),), (1, 14))),
    Check((Span(0, 5, 30), Span(1, 0, 7), Span(1, 8, 15), Span(1, 18, 29)), (1, 29)),
)  # fmt: skip
IDFRA = Layout(
    Format.IDFRA, 2, 36, frozenset("I"),
    _spans(
        ("type", 0, 0, 2, LETTERS),
        ("issuer", 0, 2, 5, LETTERS),
        ("names", 0, 5, 30, _NAMES),
        ("office", 0, 30, 36, _ANY),
        ("number", 1, 0, 12, _ANY),
        ("number_check", 1, 12, 13, DIGITS),
        ("given", 1, 13, 27, _NAMES),
        ("birth", 1, 27, 33, DIGITS),
        ("birth_check", 1, 33, 34, DIGITS),
        ("sex", 1, 34, 35, _SEX),
        ("composite", 1, 35, 36, DIGITS),
    ),
    (Check((Span(1, 0, 12),), (1, 12)), Check((Span(1, 27, 33),), (1, 33))),
    Check((Span(0, 0, 36), Span(1, 0, 35)), (1, 35)),
)  # fmt: skip

LAYOUTS = (TD3, TD1, IDFRA, TD2, MRV_A, MRV_B)


def layouts(lines: int, width: int) -> Iterable[Layout]:
    return (layout for layout in LAYOUTS if (layout.lines, layout.width) == (lines, width))


# ISO 3166-1, and what Doc 9303 part 3 section 5 adds for organisations, British statuses and specimens.
_CODES = """
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM
BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR
CYM CYP CZE D<< DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA
GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR
ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO
MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD
NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU RKS ROU RUS RWA SAU SDN SEN
SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM
TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE EUE
GBD GBN GBO GBP GBS UNA UNK UNO UTO XAA XBA XCC XCE XCO XEC XES XIM XMP XOM XPO XXA XXB XXC XXX
"""
COUNTRIES = frozenset(_CODES.split())
