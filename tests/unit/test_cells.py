"""Money, phones and dates: exactly right, or refused with a sentence; never wrong in silence."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain import dates, money, phone
from relance.domain.errors import CellRejected

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.text(alphabet="0123456789,.' +-()/€₹RsEUR\u00a0\u202f", max_size=20),
    st.dates(),
    st.binary(max_size=4),
)
AMOUNTS = st.decimals(min_value=0, max_value=9_999_999, places=2)


def western(amount: Decimal, group: str, mark: str) -> str:
    whole, cents = f"{amount:.2f}".split(".")
    return f"{int(whole):,}".replace(",", group) + mark + cents


def indian(amount: int) -> str:
    text = str(amount)
    head, tail = text[:-3], text[-3:]
    pairs = []
    while head:
        pairs.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*pairs, tail])


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("1 234,56 €", "1234.56", "EUR"),
        ("1\u202f234,56\u00a0€", "1234.56", "EUR"),
        ("€1,234.56", "1234.56", "EUR"),
        ("₹15 000", "15000", "INR"),
        ("₹15,000", "15000", "INR"),
        ("₹1,50,000", "150000", "INR"),
        ("Rs. 2,500.50", "2500.50", "INR"),
        ("1.234", "1234", "EUR"),
        ("1.234,5", "1234.5", "EUR"),
        ("1'234.50 CHF", "1234.50", "CHF"),
        ("450 euros", "450", "EUR"),
        ("-20,00", "-20.00", "EUR"),
        ("$1,200", "1200", "USD"),
        (1234.56, "1234.56", "EUR"),
        (0.1 + 0.2, "0.30", "EUR"),
        (15000, "15000", "EUR"),
    ],
)
def test_common_notations_of_money_are_read(cell: object, amount: str, currency: str) -> None:
    assert money.parse(cell, "EUR") == money.Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    "cell",
    ["", None, True, "mille deux", "1,234", "0.123", "12 34", "1e5", "٣", "12,5,6", "1 €  2 ₹", float("nan"),
     float("inf"), 10**400, "#REF!", "1234,5678", "9" * 20, "1,2345", "1, 234"],
)  # fmt: skip
def test_money_that_is_not_certain_is_refused_with_a_sentence(cell: object) -> None:
    with pytest.raises(CellRejected, match=r"écrivez-le|n'en gardez"):
        money.parse(cell, "EUR", locale="fr_FR")


def test_the_locale_decides_what_a_lone_mark_before_three_digits_means() -> None:
    assert money.parse("1,234", "GBP", locale="en_GB").amount == 1234
    assert money.parse("1.234", "EUR", locale="fr_FR").amount == 1234
    with pytest.raises(CellRejected, match="deux façons"):
        money.parse("1.234", "GBP", locale="en_GB")


@given(ANYTHING, st.sampled_from(["fr_FR", "en_US", "en_IN", ""]))
@settings(max_examples=300, deadline=None)
def test_any_cell_is_money_or_refused(cell: object, locale: str) -> None:
    try:
        found = money.parse(cell, "EUR", locale=locale)
    except CellRejected:
        return
    assert found.amount.is_finite()


@given(AMOUNTS, st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", ".", "'", ""]))
def test_every_french_notation_of_an_amount_reads_back(amount: Decimal, group: str) -> None:
    assert money.parse(western(amount, group, ",") + " €", "USD").amount == amount


@given(AMOUNTS)
def test_every_english_notation_of_an_amount_reads_back(amount: Decimal) -> None:
    assert money.parse(western(amount, ",", "."), "GBP", locale="en_GB").amount == amount
    assert money.parse(float(amount), "GBP").amount == amount


@given(st.integers(min_value=1000, max_value=999_999_999))
def test_every_indian_grouping_reads_back(amount: int) -> None:
    assert money.parse("₹" + indian(amount), "EUR").amount == amount


@pytest.mark.parametrize(
    ("cell", "country", "expected"),
    [
        ("+33 6 39 98 01 10", "FR", "+33639980110"),
        ("06.39.98.01.10", "FR", "+33639980110"),
        ("06\u00a039\u00a098\u00a001\u00a010", "FR", "+33639980110"),
        ("+33 (0)6 39 98 01 10", "IN", "+33639980110"),
        ("0033639980110", "FR", "+33639980110"),
        ("'+33639980110", "FR", "+33639980110"),
        (639980110, "FR", "+33639980110"),
        (33639980110.0, "FR", "+33639980110"),
        (919876543210, "FR", "+919876543210"),
        ("98765 43210", "IN", "+919876543210"),
        ("+44 7700 900123", "FR", "+447700900123"),
        ("\u202a+33 6 39 98 01 10\u202c", "FR", "+33639980110"),
    ],
)
def test_phones_are_read_as_people_and_sheets_write_them(cell: object, country: str, expected: str) -> None:
    assert phone.parse(cell, country) == expected


@pytest.mark.parametrize(
    "cell", ["06 12", "", None, False, "06 39 98 01 10 / 06 39 98 01 11", "Camille", -33, 1e30, "+0"]
)
def test_a_phone_that_is_not_certain_is_refused_with_a_sentence(cell: object) -> None:
    with pytest.raises(CellRejected, match="indicatif"):
        phone.parse(cell, "FR")


@given(ANYTHING)
@settings(max_examples=300, deadline=None)
def test_any_cell_is_a_phone_or_refused(cell: object) -> None:
    try:
        found = phone.parse(cell, "FR")
    except CellRejected:
        return
    assert phone.parse(found, "IN") == found


@given(st.integers(min_value=0, max_value=9999))
def test_a_national_number_reads_back_from_text_or_figure(last: int) -> None:
    expected = f"+3363998{last:04d}"
    assert phone.parse(f"063998{last:04d}", "FR") == phone.parse(int(f"63998{last:04d}"), "FR") == expected


def test_hours_are_those_of_the_number() -> None:
    assert phone.zone_of("+919876543210", otherwise="Europe/Paris") == "Asia/Kolkata"
    assert phone.zone_of("+33639980110", otherwise="Asia/Kolkata") == "Europe/Paris"
    assert phone.zone_of("+447700900123", otherwise="Europe/London") == "Europe/London"


DAY = date(2026, 10, 15)


@pytest.mark.parametrize(
    "cell",
    [46310, 46310.5, "2026-10-15", "2026/10/15", "15/10/2026", "15-10-2026", "15.10.26", "15 / 10 / 2026",
     "15 octobre 2026", "jeudi 15 oct. 2026", "15\u00a0Octobre 2026", "October 15, 2026", DAY,
     datetime(2026, 10, 15, 12), "2026-10-15T08:00:00Z"],
)  # fmt: skip
def test_dates_are_read_as_people_and_sheets_write_them(cell: object) -> None:
    assert dates.parse(cell) == DAY


@pytest.mark.parametrize(
    "cell", ["bientôt", "", None, True, "31/02/2026", "15 octobre", 2026, 1e9, float("nan"), "10/15/2026"]
)
def test_a_date_that_is_not_certain_is_refused_with_a_sentence(cell: object) -> None:
    with pytest.raises(CellRejected, match="écrivez-la"):
        dates.parse(cell)


def test_day_or_month_first_is_the_locales_choice_and_unknown_is_refused() -> None:
    assert dates.parse("03/04/2026", locale="fr_FR") == date(2026, 4, 3)
    assert dates.parse("03/04/2026", locale="en_US") == date(2026, 3, 4)
    for unknown in ("", "en", "en_CA"):
        with pytest.raises(CellRejected, match="deux façons"):
            dates.parse("03/04/2026", locale=unknown)
        assert dates.parse("23/04/2026", locale=unknown) == date(2026, 4, 23)


@given(ANYTHING, st.sampled_from(["fr_FR", "en_US", ""]))
@settings(max_examples=300, deadline=None)
def test_any_cell_is_a_date_or_refused(cell: object, locale: str) -> None:
    try:
        found = dates.parse(cell, locale=locale)
    except CellRejected:
        return
    assert dates.EARLIEST <= found < dates.LATEST


@given(st.dates(min_value=dates.EARLIEST, max_value=date(2099, 12, 31)))
def test_every_date_reads_back_from_each_notation(day: date) -> None:
    assert dates.parse(dates.serial(day)) == dates.parse(day.isoformat()) == dates.parse(f"{day:%d/%m/%Y}") == day
