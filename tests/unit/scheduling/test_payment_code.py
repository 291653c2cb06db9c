from __future__ import annotations

from decimal import Decimal

import pytest

from relance.domain import payment_code
from relance.domain.errors import Refused
from relance.domain.money import Money
from relance.domain.payment_code import Payee

FIRM = Payee("Agence Azur", iban="FR76 3000 6000 0112 3456 7890 189", bic="AGRIFRPP", upi="azur@okbank")


def test_an_epc_code_is_the_standard_s_lines():
    said = payment_code.payload(FIRM, Money(Decimal("834.5"), "EUR"), "INV-2026-001")
    assert said.split("\n") == [
        "BCD", "002", "1", "SCT", "AGRIFRPP", "Agence Azur", "FR7630006000011234567890189", "EUR834.50", "", "",
        "INV-2026-001",
    ]  # fmt: skip


def test_an_upi_code_opens_the_payment_application_with_everything_filled():
    said = payment_code.payload(FIRM, Money(Decimal(15000), "INR"), "Goa & Kerala")
    assert said == "upi://pay?pa=azur@okbank&pn=Agence%20Azur&am=15000.00&cu=INR&tn=Goa%20%26%20Kerala"


def test_names_and_texts_are_cut_at_the_standard_s_lengths_and_stay_one_line():
    said = payment_code.epc(Payee("A" * 90, iban=FIRM.iban), Decimal(1), "b\nc" + "d" * 200).split("\n")
    assert len(said) == 11
    assert len(said[5]) == 70
    assert len(said[10]) == 140


@pytest.mark.parametrize(
    "iban", ["FR7630006000011234567890188", "FR76", "", "1234", "FR\u0667\u066630006000011234567890189"]
)
def test_a_wrong_iban_is_refused(iban):
    with pytest.raises(Refused, match="IBAN"):
        payment_code.epc(Payee("x", iban=iban), Decimal(1), "")


@pytest.mark.parametrize("amount", ["0", "-3", "0.001", "1000000000"])
def test_an_amount_that_no_bank_takes_is_refused(amount):
    with pytest.raises(Refused, match="montant"):
        payment_code.epc(FIRM, Decimal(amount), "")


def test_another_currency_or_a_firm_without_account_has_no_code():
    assert payment_code.payload(FIRM, Money(Decimal(5), "GBP"), "") is None
    assert payment_code.payload(Payee("x"), Money(Decimal(5), "EUR"), "") is None


def test_a_wrong_bic_or_upi_address_is_refused():
    with pytest.raises(Refused, match="BIC"):
        payment_code.epc(Payee("x", iban=FIRM.iban, bic="nope"), Decimal(1), "")
    with pytest.raises(Refused, match="UPI"):
        payment_code.upi(Payee("x", upi="azur"), Decimal(1), "")


@pytest.mark.parametrize("left", [Money(Decimal(5), "EUR"), Money(Decimal(5), "INR")])
def test_a_firm_without_a_name_has_no_code(left):
    with pytest.raises(Refused, match="nom de l'entreprise"):
        payment_code.payload(Payee(" ", iban=FIRM.iban, upi=FIRM.upi), left, "")
