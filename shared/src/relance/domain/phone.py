"""Telephone numbers out of a sheet, which likes to eat their `+` and their leading zero."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import timezone

from relance.domain.errors import CellRejected

_ALLOWED = re.compile(r"(?:tel:|')?\+?[0-9\s().\-–/]+", re.IGNORECASE)
# Marks of direction and width that come along when a number is copied from a contact.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Never given to anybody, so the numbering data calls them invalid; samples, practice and tests use nothing else.
_FICTION = re.compile(r"\+3363998[0-9]{4}|\+447700900[0-9]{3}")
# The time zone data still uses names that the tz database has retired.
_RENAMED = {"Asia/Calcutta": "Asia/Kolkata", "Asia/Katmandu": "Asia/Kathmandu", "Asia/Saigon": "Asia/Ho_Chi_Minh"}


def parse(cell: object, country: str) -> str:
    """Read a cell as E.164; `country` (ISO 3166) completes national numbers. Raises CellRejected.

    A figure without `+` nor leading zero may be national or international: it is taken only when one reading is valid.
    """
    match cell:
        case bool() | None:
            raise _rejected(cell)
        case int() | float():
            text = _digits(cell)
        case str():
            text = _UNSEEN.sub("", cell).strip()
        case _:
            raise _rejected(cell)
    if not _ALLOWED.fullmatch(text):
        raise _rejected(cell)
    text = re.sub(r"^(?:tel:|')", "", text, flags=re.IGNORECASE)
    digits = re.sub(r"[^0-9]", "", text)
    if text.startswith("+"):
        readings = {_valid(text, None)}
    elif digits.startswith("00"):
        readings = {_valid("+" + digits[2:], None)}
    elif digits.startswith("0"):
        readings = {_valid(digits, country)}
    else:
        readings = {_valid(digits, country), _valid("+" + digits, None)}
    readings.discard(None)
    if len(readings) != 1:
        raise _rejected(cell)
    return str(readings.pop())


def zone_of(phone: str, *, otherwise: str) -> str:
    """The IANA zone whose hours a person of this number lives in; `otherwise` when a country has several and it is one
    of them, or when nothing is known."""
    number = phonenumbers.parse(phone)
    zones = timezone.time_zones_for_number(number)
    if timezone.UNKNOWN_TIMEZONE in zones:
        zones = timezone.time_zones_for_geographical_number(number)
    known = [_RENAMED.get(zone, zone) for zone in zones if zone != timezone.UNKNOWN_TIMEZONE]
    return otherwise if otherwise in known or not known else known[0]


def _valid(text: str, country: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    phone: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return phone if phonenumbers.is_valid_number(number) or _FICTION.fullmatch(phone) else None


def _digits(cell: float) -> str:
    # A float above 2**53 has lost digits; no telephone number has more than fifteen.
    if cell != cell or cell <= 0 or cell >= 10**15 or cell != int(cell):
        raise _rejected(cell)
    return str(int(cell))


def _rejected(cell: object) -> CellRejected:
    shown = str("" if cell is None else cell)[:24]
    return CellRejected(
        f"Le numéro « {shown} » n'est pas un numéro de téléphone complet : écrivez-le avec l'indicatif du pays,"
        " par exemple +33 6 39 98 00 00."
    )
