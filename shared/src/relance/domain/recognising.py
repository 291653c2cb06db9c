"""What a picture shows, from the words that a machine read on it: the pattern of a number first, then keywords.

Nothing below the threshold is called junk: it is `unknown`, and a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from relance.domain import accents, pan


class Sight(StrEnum):
    PASSPORT = "passport"
    PAN = "pan"
    VISA = "visa"
    VISA_FORM = "visa_form"
    IDENTITY_CARD = "identity_card"  # or another paper that names somebody: not asked for, a person may use it
    OTHER_ID = "other_id"  # Aadhaar: never asked for, never kept
    PAYMENT_PROOF = "payment_proof"
    UNKNOWN = "unknown"


class Fault(StrEnum):
    """The one reason for which another picture is asked for."""

    BLURRED = "blurred"
    GLARE = "glare"
    TOO_DARK = "too_dark"
    CUT_OFF = "cut_off"
    TOO_SMALL = "too_small"
    WRONG_DOCUMENT = "wrong_document"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one examination found. Names, numbers and dates of a person never reach a log, a metric or the broker."""

    sight: Sight
    is_certain: bool = False
    fault: Fault | None = None
    surname: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    nationality: str = ""
    born: date | None = field(default=None, repr=False)
    expires: date | None = None
    amount: str = field(default="", repr=False)  # of a payment proof, for the person who checks it
    reference: str = field(default="", repr=False)
    look: str = ""  # perceptual hash
    pages: int = 1

    @property
    def name(self) -> str:
        return f"{self.given} {self.surname}".strip()


KEYWORDS: Mapping[Sight, Mapping[str, int]] = {
    Sight.PASSPORT: {"passport": 3, "passeport": 3, "reisepass": 3, "pasaporte": 3, "republique": 1, "surname": 1,
                     "given names": 1, "nationality": 1, "date of expiry": 1, "place of birth": 1, "autorite": 1},
    Sight.PAN: {"income tax department": 4, "permanent account number": 4, "incometax": 3, "account number card": 3,
                "govt of india": 1, "father's name": 1, "aayakar": 2},
    Sight.OTHER_ID: {"aadhaar": 5, "aadhar": 4, "uidai": 4, "unique identification authority": 5, "mera aadhaar": 4,
                     "government of india": 1},
    Sight.IDENTITY_CARD: {"carte d'identite": 4, "carte nationale d'identite": 5, "identity card": 4,
                          "personalausweis": 4, "documento nacional": 3, "carta d'identita": 4, "driving licence": 4,
                          "driving license": 4, "permis de conduire": 5, "election commission": 4, "carte vitale": 4,
                          "titre de sejour": 4, "residence permit": 4},
    Sight.VISA_FORM: {"visa application": 5, "demande de visa": 5, "formulaire": 2, "application form": 2,
                      "purpose of journey": 2, "objet du voyage": 2, "number of entries": 2, "nombre d'entrees": 2,
                      "duration of stay": 2, "duree du sejour": 2, "signature of applicant": 2, "travel document": 1,
                      "signature du demandeur": 2, "place and date": 1, "lieu et date": 1},
    Sight.PAYMENT_PROOF: {"virement": 2, "paiement effectue": 3, "payment successful": 3, "transaction": 2, "utr": 2,
                          "upi": 2, "transfer": 1, "reference": 1, "debited": 2, "credited": 2, "iban": 1, "paid to": 2,
                          "transaction reussie": 2, "releve": 1, "recu": 1, "money sent": 3, "paytm": 3, "phonepe": 3},
}  # fmt: skip
ENOUGH = 4
_MOST_LABELS = 4
"""A visa form with so many of its labels read is surely one."""

_DATE = re.compile(r"\b([0-3]\d)[./ -]([01]\d)[./ -]((?:19|20)\d{2})\b")
_AMOUNT = re.compile(r"(?:₹|€|Rs\.?|INR|EUR)\s?\d[\d .,  ]*\d|\d[\d .,  ]*\d\s?(?:€|EUR|₹|INR)")
_REFERENCE = re.compile(r"\b(?:UTR|r[eé]f\w*|transaction id)\D{0,12}([A-Z0-9]{8,22})\b", re.IGNORECASE)
_AADHAAR = re.compile(r"(?<!\d)[2-9]\d{3} \d{4} \d{4}(?!\d)")


def plain(text: str) -> str:
    bare = accents.dropped(text.lower())
    return re.sub(r"\s+", " ", bare.replace("’", "'"))


def letters(lines: Sequence[str]) -> int:
    return sum(char.isalpha() for line in lines for char in line)


def recognised(lines: Sequence[str]) -> Seen:
    """The class that these lines of words speak for, with what it says of its holder."""
    text = plain(" ".join(lines))
    scores = {sight: sum(points for word, points in words.items() if word in text) for sight, words in KEYWORDS.items()}
    if _AADHAAR.search(" ".join(lines)) and "india" in text:
        scores[Sight.OTHER_ID] += ENOUGH
    number = pan.found_in(word for line in lines for word in (*line.split(), line))
    if number is not None and scores[Sight.PAN] + scores[Sight.OTHER_ID] < ENOUGH and _is_alone(number, lines):
        scores[Sight.PAN] += ENOUGH
    sight = max(scores, key=lambda one: scores[one])
    if scores[sight] < ENOUGH:
        return Seen(Sight.UNKNOWN if scores[Sight.PASSPORT] < 3 else Sight.PASSPORT)
    return _told(sight, lines, text, number)


def _told(sight: Sight, lines: Sequence[str], text: str, number: str | None) -> Seen:
    match sight:
        case Sight.PAN:
            name = _below(lines, "name")
            given, _, surname = name.rpartition(" ")
            is_certain = bool(number and name) and pan.is_a_person(number or "XXXX")
            return Seen(
                sight, is_certain, surname=surname, given=given, number=number or "", nationality="", born=_date(lines)
            )
        case Sight.VISA_FORM:
            labels = sum(word in text for word in KEYWORDS[sight])
            return Seen(sight, is_certain=labels >= _MOST_LABELS)
        case Sight.PAYMENT_PROOF:
            amounts, references = _AMOUNT.findall(" ".join(lines)), _REFERENCE.findall(" ".join(lines))
            return Seen(sight, amount=amounts[0] if amounts else "", reference=references[0] if references else "")
        case _:
            return Seen(sight)


def _is_alone(number: str, lines: Sequence[str]) -> bool:
    """A PAN number has a line of its own; ten letters in a sentence are a coincidence."""
    return any(re.sub(r"[^A-Z0-9]", "", line.upper()) == number for line in lines)


def _below(lines: Sequence[str], label: str) -> str:
    """The first words in capitals under the line that ends with this label."""
    for index, line in enumerate(lines):
        if plain(line).strip(" :/.").endswith(label) and "father" not in plain(line):
            for below in lines[index + 1 : index + 4]:
                words = re.findall(r"[A-Z][A-Z'.-]+", below)
                if words and sum(map(len, words)) >= 0.7 * len(below.replace(" ", "")):
                    return " ".join(words)
    return ""


def _date(lines: Sequence[str]) -> date | None:
    for day, month, year in _DATE.findall(" ".join(lines)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None
