"""What a person types, what each kind of workbook then holds, and what it means: decided here, not by the product."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from relance.domain.receivable import Status

EPOCH = date(1899, 12, 30)
FIRST_DEPARTURE = date(2027, 1, 4)


class Bad:
    """A cell that says nothing the product may use."""


BAD = Bad()


@dataclass(frozen=True, slots=True)
class Typed:
    """`typed` goes into Google's cell and leaves `google` there; a local workbook holds `local`."""

    typed: Any
    google: Any
    local: Any
    means: Any

    @property
    def is_empty(self) -> bool:
        return self.google == ""


EMPTY = Typed("", "", None, None)

_TOWNS = """
Lisbonne Porto Séville Naples Athènes Kyoto Dublin Édimbourg Venise Marrakech Reykjavik Oslo Bergen Riga Vilnius
Tallinn Cracovie Prague Vienne Zagreb Split Kotor Corfou Rhodes Malte Palerme Gênes Turin Bilbao Grenade Cadix Faro
Madère Tenerife Dakar Agadir Essaouira Tunis Louxor Amman Petra Mascate Delhi Jaipur Agra Cochin Hanoï Hué Bali
"""
_GIVEN = "Ana Bruno Chloé Dora Eva Farid Gaël Hugo Inès Jules Katia Léa Marc Nora Omar Paul Rita Sami Tom Zoé"
_FAMILY = "Verdier Lacaze Tissier Morel Benali Roy Petit Caron Vidal Brun Lenoir Aubry Delmas Ferrand Perrin"
_WORDS = "rappeler groupe fenêtre VIP acompte hôtel visa train famille option"
TOWNS, GIVEN, FAMILY, WORDS = (names.split() for names in (_TOWNS, _GIVEN, _FAMILY, _WORDS))
STATUSES = {
    "En attente": Status.PENDING,
    "": Status.PENDING,
    "en retard": Status.LATE,
    "Payé": Status.PAID,
    "Réglé": Status.PAID,
    "Litige": Status.DISPUTED,
    "Annulé": Status.CANCELLED,
    "Relancé": Status.REMINDED,
}


def meaning(shown: object) -> Status | Bad:
    """Of a status on the screen, ours included."""
    return Status.CLAIMED if shown == "À vérifier" else STATUSES.get(str(shown or ""), BAD)


def text(words: str) -> Typed:
    return Typed(words, words, words or None, words or None)


def name(chance: random.Random) -> Typed:
    return text(f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}")


def destination(chance: random.Random) -> Typed:
    return text(chance.choice(TOWNS))


def note(chance: random.Random) -> Typed:
    return text(" ".join(chance.choices(WORDS, k=2)))


def phone(chance: random.Random) -> Typed:
    number = chance.randrange(100, 160)
    spaced = f"6 39 98 {number // 100:02d} {number % 100:02d}"
    shown = chance.choice([f"+33 {spaced}", f"0{spaced}", f"+33.{spaced}"])
    return Typed(shown, shown, shown, f"+3363998{number // 100:02d}{number % 100:02d}")


def bad_phone(chance: random.Random) -> Typed:
    shown = chance.choice(["06 12", "à demander", "+33 6 39", "voir Léa"])
    return Typed(shown, shown, shown, BAD)


def deposit(chance: random.Random) -> Typed:
    return _plain(chance.randrange(1_000, 40_000))


def amount(chance: random.Random) -> Typed:
    cents = chance.randrange(40_000, 900_000)
    value, bare = Decimal(cents) / 100, _plain(cents)
    stored, fr = bare.google, bare.typed
    grouped = f"{cents // 100:,}".replace(",", "\u202f") + f",{cents % 100:02d}"
    rupees = f"₹{_indian(cents // 100)}"
    kinds = [
        bare,
        Typed(f"{grouped} €", stored, f"{grouped} €", (value, "EUR")),
        Typed(f"'{fr} EUR", f"{fr} EUR", f"{fr} EUR", (value, "EUR")),
        Typed(f"'{rupees}", rupees, rupees, (Decimal(cents // 100), "INR")),
    ]
    return chance.choice(kinds)


def _plain(cents: int) -> Typed:
    value = Decimal(cents) / 100
    stored = int(value) if value == int(value) else float(value)
    return Typed(f"{value:.2f}".replace(".", ","), stored, stored, (value, None))


def _indian(whole: int) -> str:
    digits = str(whole)
    head, tail = digits[:-3], digits[-3:]
    groups = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*groups, tail])


def bad_amount(chance: random.Random) -> Typed:
    shown = chance.choice(["mille deux", "1,234", "n/a", "12 34 5 €"])
    return Typed(f"'{shown}", shown, shown, BAD)


def day(chance: random.Random) -> Typed:
    found = FIRST_DEPARTURE + timedelta(days=chance.randrange(0, 500))
    serial = (found - EPOCH).days
    return chance.choice([
        Typed(f"{found:%d/%m/%Y}", serial, found, found),
        Typed(found.isoformat(), serial, found, found),
        Typed(f"'{found:%d/%m/%Y}", f"{found:%d/%m/%Y}", f"{found:%d/%m/%Y}", found),
    ])  # fmt: skip


def bad_day(chance: random.Random) -> Typed:
    shown = chance.choice(["bientôt", "31/02/2027", "fin mars", "le 5"])
    return Typed(shown, shown, shown, BAD)


def status(chance: random.Random) -> Typed:
    shown = chance.choice([*STATUSES, "En attente", "En attente"])
    return Typed(shown, shown, shown or None, STATUSES[shown])


def bad_status(chance: random.Random) -> Typed:
    shown = chance.choice(["peut-être", "???", "soldé ?"])
    return Typed(shown, shown, shown, BAD)
