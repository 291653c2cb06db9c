"""Phone numbers as WhatsApp takes them and shows them."""

import re

import phonenumbers

_FIRST_STRONG, _POP = "\u202a", "\u202c"


def plausible(raw: str) -> str | None:
    """E.164 form of `raw` (with or without its "+"), or None when no network could have it."""
    digits = re.sub(r"\D", "", raw)
    try:
        parsed = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return None
    return f"+{digits}" if phonenumbers.is_possible_number(parsed) else None


def displayed(number: str) -> str:
    """International form with no-break spaces between bidi marks, as an unsaved contact's title."""
    parsed = phonenumbers.parse(number, None)
    spaced = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return _FIRST_STRONG + spaced.replace(" ", "\u00a0") + _POP


def readable(number: str) -> str:
    """International form with ordinary spaces, for the pages people read."""
    return displayed(number).strip(_FIRST_STRONG + _POP).replace("\u00a0", " ")
