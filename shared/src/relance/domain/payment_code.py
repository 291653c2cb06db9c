"""What a payment code says: EPC for transfers in euros, UPI for India. The customer's bank reads amount and reference.

EPC069-12 v2 lists one field a line; a reader that finds a field too long refuses the whole code, so names and texts are
cut at the standard's lengths and everything else that does not fit is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from relance.domain.errors import Refused
from relance.domain.money import Money

LONGEST_NAME, LONGEST_TEXT, LONGEST_NOTE = 70, 140, 80
MOST_EUROS = Decimal("999999999.99")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_UPI = re.compile(r"[A-Za-z0-9._-]{2,255}@[A-Za-z][A-Za-z0-9]{1,63}")


@dataclass(frozen=True, slots=True)
class Payee:
    """Where the firm is paid; what is empty is not offered."""

    name: str
    iban: str = ""
    bic: str = ""
    upi: str = ""


def payload(payee: Payee, left: Money, reference: str) -> str | None:
    """What the picture says, by the currency; None when the firm offers nothing for it. Raises Refused."""
    if left.currency == "EUR" and payee.iban:
        return epc(payee, left.amount, reference)
    if left.currency == "INR" and payee.upi:
        return upi(payee, left.amount, reference)
    return None


def epc(payee: Payee, euros: Decimal, text: str) -> str:
    """The lines of an EPC code; raises Refused."""
    iban, bic = re.sub(r"\s", "", payee.iban).upper(), re.sub(r"\s", "", payee.bic).upper()
    if not is_iban(iban):
        raise Refused(f"l'IBAN « {payee.iban} » est faux : vérifiez-le, sa clé de contrôle ne correspond pas")
    if bic and not _BIC.fullmatch(bic):
        raise Refused(f"le BIC « {payee.bic} » est faux : 8 ou 11 lettres et chiffres")
    amount = _positive(euros, MOST_EUROS)
    lines = ["BCD", "002", "1", "SCT", bic, _name(payee), iban, f"EUR{amount:.2f}", "", ""]
    return "\n".join([*lines, _line(text, LONGEST_TEXT)])


def upi(payee: Payee, rupees: Decimal, note: str) -> str:
    """The address an Indian payment application opens; raises Refused."""
    if not _UPI.fullmatch(payee.upi):
        raise Refused(f"l'adresse UPI « {payee.upi} » est fausse : elle s'écrit nom@banque")
    amount = _positive(rupees, MOST_EUROS)
    fields = {"pa": payee.upi, "pn": _name(payee), "am": f"{amount:.2f}", "cu": "INR"}
    fields["tn"] = _line(note, LONGEST_NOTE)
    return "upi://pay?" + "&".join(f"{key}={quote(value, safe='@')}" for key, value in fields.items())


def is_iban(text: str) -> bool:
    """ISO 13616: the first four characters moved to the end, letters as numbers, modulo 97."""
    if not _IBAN.fullmatch(text):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def _positive(amount: Decimal, most: Decimal) -> Decimal:
    rounded = amount.quantize(Decimal("0.01"))
    if not Decimal("0.01") <= rounded <= most:
        raise Refused(f"un code de paiement ne peut pas porter le montant {amount}")
    return rounded


def _name(payee: Payee) -> str:
    name = _line(payee.name, LONGEST_NAME)
    if not name:
        raise Refused("un code de paiement porte le nom de l'entreprise, et celui du classeur (firm) est vide")
    return name


def _line(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest].strip()
