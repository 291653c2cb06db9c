"""ICAO zones: the standard's own specimens, every layout, repairs that are certain, and doubts that stay doubts."""

from __future__ import annotations

import random
from datetime import date

import pytest

from relance.domain import icao, mrz
from relance.domain.icao import Format
from relance.sandbox.specimens import holders

TODAY = date(2026, 11, 21)
# Doc 9303, parts 4 to 7: the specimens of Utopia.
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
MRV_A = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
MRV_B = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")


def read(*lines: str) -> mrz.Reading | None:
    return mrz.read([mrz.cells_of(line) for line in lines], today=TODAY)


@pytest.mark.parametrize(
    ("lines", "form", "number", "born", "expires"),
    [
        (TD3, Format.TD3, "L898902C3", date(1974, 8, 12), date(2012, 4, 15)),
        (TD1, Format.TD1, "D23145890", date(1974, 8, 12), date(2012, 4, 15)),
        (TD2, Format.TD2, "D23145890", date(1974, 8, 12), date(2012, 4, 15)),
        (MRV_A, Format.MRV_A, "L8988901C", date(1940, 9, 7), date(1996, 12, 10)),
        (MRV_B, Format.MRV_B, "L8988901C", date(1940, 9, 7), date(1996, 12, 10)),
    ],
    ids=["td3", "td1", "td2", "mrv-a", "mrv-b"],
)
def test_the_standards_own_specimens_are_read(lines, form, number, born, expires):
    found = read(*lines)

    assert found is not None
    assert (found.format, found.number, found.born, found.expires) == (form, number, born, expires)
    assert (found.surname, found.given, found.repaired) == ("ERIKSSON", "ANNA MARIA", 0)


@pytest.mark.parametrize("form", list(Format))
def test_every_layout_reads_back_what_was_composed(form: Format):
    for seed in range(60):
        holder = holders.invent(seed, today=TODAY)

        found = read(*holders.zone(form, holder))

        assert found is not None, holder
        if form is not Format.IDFRA:
            assert (found.number, found.expires) == (holder.number, holder.expires)
        assert found.born == holder.born


@pytest.mark.parametrize("empty", ["0", "<"])
def test_the_digit_of_empty_optional_data_may_be_zero_or_a_filler(empty: str):
    holder = holders.Holder("EXEMPLE", "ALINE", "FRA", "F", date(1990, 2, 3), date(2031, 5, 6), "12AB34567")

    assert read(*holders.zone(Format.TD3, holder, empty_check=empty)) is not None


def test_a_long_card_number_goes_on_in_the_optional_data():
    holder = holders.Holder("EXEMPLE", "ALINE", "BEL", "F", date(1990, 2, 3), date(2031, 5, 6), "592345678901")

    found = read(*holders.zone(Format.TD1, holder))

    assert found is not None
    assert found.number == "592345678901"


def test_a_french_card_of_before_2021_has_a_layout_of_its_own_and_no_expiry():
    holder = holders.Holder("BERTHIER", "CORINNE", "FRA", "F", date(1965, 12, 6), date(2020, 1, 1), "92751")

    found = read(*holders.zone(Format.IDFRA, holder))

    assert found is not None
    assert (found.format, found.surname, found.given, found.expires) == (Format.IDFRA, "BERTHIER", "CORINNE", None)


@pytest.mark.parametrize(
    ("good", "bad"),
    [("7408122F", "74O8122F"), ("1204159", "I2O4159"), ("L898902C36", "L8989O2C36"), ("UTO7408", "UT07408")],
    ids=["letter among the figures of a date", "two of them", "in the number", "figure in a country"],
)
def test_a_usual_confusion_is_put_right(good: str, bad: str):
    found = read(TD3[0], TD3[1].replace(good, bad, 1))

    assert found is not None
    assert (found.number, found.born, found.nationality) == ("L898902C3", date(1974, 8, 12), "UTO")


def told_apart(char: str) -> list[str]:
    """What it may be mistaken for, but its twins: G and 6 leave every check digit as it is."""
    others = [other for other in mrz.cells_of(char)[0] if icao.residue(other) != icao.residue(char)]
    return sorted(others) or [char]


def test_confusions_are_repaired_or_reported_and_never_silently_wrong():
    chance = random.Random(7)
    repaired = wrong = 0
    for seed in range(300):
        holder = holders.invent(seed, today=TODAY)
        lines = [list(line) for line in holders.zone(Format.TD3, holder)]
        for _ in range(chance.choice((1, 1, 2))):
            place = chance.choice([i for i in range(28) if i not in {10, 11, 12, 20}])
            lines[1][place] = chance.choice(told_apart(lines[1][place]))
        found = read(*("".join(line) for line in lines))
        if found is not None:
            same = (found.number, found.born, found.expires) == (holder.number, holder.born, holder.expires)
            repaired, wrong = repaired + same, wrong + (not same)

    assert wrong == 0
    assert repaired > 200


def test_a_number_whose_twin_no_check_digit_can_tell_is_a_doubt():
    lines = [list(mrz.cells_of(line)) for line in TD3]
    assert icao.residue("L") == icao.residue("1")
    lines[1][0] = {"L": 0.6, "1": 0.4}

    assert mrz.read(lines, today=TODAY) is None

    lines[1][0] = {"L": 0.9, "1": 0.1}
    assert mrz.read(lines, today=TODAY) is not None


@pytest.mark.parametrize(
    "lines",
    [
        (TD3[0], TD3[1].replace("7408122", "7413122")),
        (TD3[0], TD3[1][:-1] + "1"),
        (TD3[0][:-1], TD3[1][:-1]),
        (TD3[0], TD3[1][:-2]),
        ("X" + TD3[0][1:], TD3[1]),
        ("P" + "<" * 43, "<" * 44),
        (),
    ],
    ids=["no such month", "composite", "43 wide", "uneven", "no passport", "empty", "nothing"],
)
def test_what_does_not_hold_together_is_no_reading(lines):
    assert read(*lines) is None


def test_noise_is_never_a_passport():
    chance = random.Random(3)

    for _ in range(300):
        lines = [
            "P" + "".join(chance.choice(icao.ALPHABET) for _ in range(43)),
            *["".join(chance.choices(icao.ALPHABET, k=44))],
        ]
        assert read(*lines) is None
