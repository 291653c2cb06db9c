"""Invented people and the machine-readable zones of their papers; the same seed gives the same people."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from relance.domain import icao
from relance.domain.icao import FILLER, Check, Format

SURNAMES = (
    "EXEMPLE", "SPECIMEN", "MARTINET", "DUPREZ", "KUMARASWAMY", "VAN DER FICTIF", "O CONNOR", "GARCIA LOPEZ", "MUELLER",
    "BHATTACHARYA", "LEFEVRE", "SZCZEPANSKI", "QUIXANO", "WEIGHTMAN", "JAKOBSEN", "FITZWILLIAM", "YILDIZ", "XENAKIS",
    "HADDAD", "BRZEZINSKI", "ZOLA", "UVAROV", "PATHAK", "INGRES",
)  # fmt: skip
GIVEN = (
    "ALINE", "CAMILLE MARIE", "ANANYA", "JULIEN", "VIKRAM", "ZOE", "HUGO PIERRE LOUIS", "CLAIRE", "OMAR", "WENDY",
    "QUENTIN", "FATOU", "KARIM", "BEATRICE", "XAVIER", "YUKI", "INGRID", "LUCIE", "NOAH", "GABRIEL",
)  # fmt: skip
STATES = ("FRA", "IND", "GBR", "USA", "ESP", "ITA", "BEL", "MAR", "SEN", "CHE", "CAN", "UTO", "D<<")
_NUMBER_CHARS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Holder:
    surname: str
    given: str
    state: str
    sex: str
    born: date
    expires: date
    number: str
    optional: str = ""


def invent(seed: int, *, today: date) -> Holder:
    chance = random.Random(f"holder {seed}")  # noqa: S311 - invented people
    digits = chance.random() < 0.5
    number = "".join(chance.choice(_NUMBER_CHARS[:10] if digits and i > 1 else _NUMBER_CHARS) for i in range(9))
    return Holder(
        surname=chance.choice(SURNAMES),
        given=chance.choice(GIVEN),
        state=chance.choice(STATES),
        sex=chance.choice("MF"),
        born=today - timedelta(days=chance.randrange(400, 30_000)),
        expires=today + timedelta(days=chance.randrange(300, 3_500)),
        number=number,
        optional=chance.choice(("", "", "", "ZE184226B", "12345678901234")),
    )


def zone(form: Format, holder: Holder, *, kind: str = "", empty_check: str = "0") -> tuple[str, ...]:
    """The lines of that zone. `kind` is the document code; `empty_check` stands after empty optional data of a TD3."""
    layout = next(layout for layout in icao.LAYOUTS if layout.format is form)
    first = {Format.TD3: "P", Format.MRV_A: "V", Format.MRV_B: "V", Format.IDFRA: "ID"}.get(form, "I")
    french = form is Format.IDFRA
    filled = {
        "type": kind or first,
        "issuer": "FRA" if french else holder.state,
        "nationality": holder.state,
        "names": holder.surname if french else f"{holder.surname}  {holder.given}",
        "given": holder.given.replace(" ", "  "),
        "number": f"{holder.expires:%y%m}{holder.number}0000000"[:12] if french else holder.number[:9],
        "birth": f"{holder.born:%y%m%d}",
        "sex": holder.sex,
        "expiry": f"{holder.expires:%y%m%d}",
        "optional": holder.optional,
        "office": "075012" if french else "",
    }
    is_long = form is Format.TD1 and len(holder.number) > 9
    if is_long:
        filled["number_check"] = FILLER
        filled["optional"] = holder.number[9:] + icao.check_digit(holder.number)
    lines = [[FILLER] * layout.width for _ in range(layout.lines)]
    for name, span in layout.spans.items():
        text = filled.get(name, "").replace(" ", FILLER)[: span.end - span.start]
        lines[span.line][span.start : span.start + len(text)] = text
    checks = [*layout.checks, layout.composite] if layout.composite else list(layout.checks)
    for check in checks[1:] if is_long else checks:
        _seal(lines, check, empty_check)
    return tuple("".join(line) for line in lines)


def _seal(lines: list[list[str]], check: Check, empty_check: str) -> None:
    text = "".join(lines[line][position] for line, position in check.places())
    line, position = check.digit
    is_empty = check.may_be_filler and set(text) == {FILLER}
    lines[line][position] = empty_check if is_empty else icao.check_digit(text)
