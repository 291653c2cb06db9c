"""The sum that is meant, by what stands beside it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from relance.domain import amounts, spelling


def named(message: str, *owed: str) -> Decimal | None:
    return amounts.named(spelling.read(message).text, owed=[Decimal(sum_) for sum_ in owed])


@pytest.mark.parametrize(
    ("message", "amount"),
    [
        ("j'ai payé 1 234,56 €", "1234.56"),
        ("viré 1.250,50 euros ce matin", "1250.50"),
        ("paid ₹15,000 today", "15000"),
        ("sent 2 lakh rs", "200000"),
        ("j'ai payé 1,5k€", "1500"),
        ("j'ai payé 500 hier", "500"),
        ("versé 150000 FCFA", "150000"),
        ("900 €, pardon 950 €", "950"),
    ],
)
def test_a_sum_is_read_beside_its_currency_or_its_verb(message: str, amount: str) -> None:
    assert named(message) == Decimal(amount)


@pytest.mark.parametrize(
    "message",
    [
        "facture INV-2024-001 payée", "j'ai payé le 12/10", "payé le 12", "j'ai payé en 3 fois 200 €", "on part à 5",
        "appelez le 06 39 98 12 34", "dossier 45872 réglé", "j'ai payé 300 € puis 200 €", "nous sommes 4 voyageurs",
    ],
)  # fmt: skip
def test_references_dates_phones_and_counts_are_no_sums(message: str) -> None:
    assert named(message) is None


def test_of_several_sums_the_one_that_is_owed_is_meant() -> None:
    assert named("sur les 1500 € j'ai réglé 900 €", "900") == Decimal(900)
