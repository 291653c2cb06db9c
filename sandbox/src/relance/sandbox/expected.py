"""What the story promises, written down by hand from the sample ledgers and product.md: never asked of the product.

Days: 0 = the opening Monday, then +16 days (a Wednesday), +49 hours (a Friday), +72 hours (a Monday).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from relance.sandbox import samples
from relance.sandbox.stage import Stage

CAMILLE = (samples.STORY_TRAVELLER, samples.STORY_TRAVELLER_PHONE)
ATELIER = (samples.STORY_CLIENT, samples.STORY_CLIENT_PHONE)
HUGO = ("Hugo Delmas", "+33639980112")
OMAR = ("Omar Benali", "+33639980115")
JULIEN = ("Julien Petit", "+33639980117")
CLAIRE = ("Claire Aubry", "+33639980118")
ANANYA = ("Ananya Rao", "+919876543210")
GARAGE = ("Garage Lenoir", "+33639980121")
MEERA = ("Meera Traders", "+919876543211")
ROY = ("Menuiserie Roy", "+33639980124")
HARBOUR = ("Harbour Books", "+447700900123")


@dataclass(frozen=True, slots=True)
class Line:
    """One message somebody must receive: every phrase is in it, and none of those it must not hold."""

    person: tuple[str, str]
    what: str
    phrases: tuple[str, ...]
    without: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        return self.person[0]

    @property
    def phone(self) -> str:
        return self.person[1]

    def is_in(self, text: str) -> bool:
        plain = text.replace("\u00a0", " ").replace("\u202f", " ")
        return all(p in plain for p in self.phrases) and not any(p in plain for p in self.without)


async def _nothing(_: Stage) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    messages: tuple[Line, ...] = ()
    act: Callable[[Stage], Awaitable[None]] = _nothing
    check: Callable[[Stage], Awaitable[None]] = _nothing


def _due_trip(person: tuple[str, str], where: str, *more: str) -> Line:
    return Line(person, f"rappel J-30, {where}", ("Votre départ pour " + where, "STOP", *more))


def _near_trip(person: tuple[str, str], where: str, *more: str) -> Line:
    return Line(person, f"rappel J-15, {where}", ("Vous partez bientôt pour " + where, *more))


async def _sixteen_days(stage: Stage) -> None:
    await stage.move_time(timedelta(days=16))


async def _types_paid(stage: Stage) -> None:
    await stage.types(samples.VOYAGE_TAB, CAMILLE[0], "Statut du paiement", "Payé")


async def _sends_photo(stage: Stage) -> None:
    await stage.sends_photo(CAMILLE[1])


async def _photo_is_filed(stage: Stage) -> None:
    await stage.vault_holds(1)
    await stage.cell_is(samples.VOYAGE_TAB, CAMILLE[0], "Documents", "1/3 documents")


async def _two_days(stage: Stage) -> None:
    await stage.move_time(timedelta(hours=49))


async def _claims_paid(stage: Stage) -> None:
    await stage.phones.reply(ATELIER[1], "j'ai payé")


async def _is_to_verify(stage: Stage) -> None:
    await stage.cell_is(samples.FACTURE_TAB, ATELIER[0], "Statut du paiement", "À vérifier")


async def _says_stop(stage: Stage) -> None:
    await stage.phones.reply(HARBOUR[1], "STOP")


async def _three_days(stage: Stage) -> None:
    await stage.move_time(timedelta(hours=72))


def _invoice(person: tuple[str, str], what: str, number: str, *phrases: str) -> Line:
    return Line(person, f"{what}, facture {number}", (number, *phrases))


FIRST = (
    _due_trip(CAMILLE, "Lisbonne", "1 290 €", "https://paiement.example/"),
    _due_trip(OMAR, "Porto", "1 000 €"),
    _due_trip(CLAIRE, "Venise"),
    _due_trip(ANANYA, "Paris"),
    Line(JULIEN, "un seul rappel pour ses deux voyages", ("Vos voyages approchent", "Dublin", "Édimbourg")),
    _invoice(ATELIER, "premier rappel", "INV-2026-001", "arrive à échéance", "1 450 €"),
    _invoice(GARAGE, "deuxième rappel", "INV-2026-002", "Sauf erreur", "890,50 €"),
    _invoice(ROY, "deuxième rappel", "INV-2026-006", "Sauf erreur", "4 150 €"),
    _invoice(MEERA, "premier rappel, en anglais", "INV-2026-004", "gentle reminder", "₹15,000"),
    _invoice(HARBOUR, "premier rappel, en anglais", "INV-2026-010", "gentle reminder", "£1,080"),
)
_SECOND = (
    _near_trip(CAMILLE, "Lisbonne", "1 290 €"),
    _near_trip(HUGO, "Reykjavik", "2 000 €"),
    _near_trip(OMAR, "Porto"),
    _near_trip(CLAIRE, "Venise"),
    _near_trip(ANANYA, "Paris", "billets"),
    Line(JULIEN, "un seul second rappel pour ses deux voyages", ("Vous partez bientôt", "Dublin", "Édimbourg")),
    _invoice(ATELIER, "deuxième rappel", "INV-2026-001", "Sauf erreur"),
    _invoice(GARAGE, "dernier rappel", "INV-2026-002", "une dernière fois"),
    _invoice(ROY, "dernier rappel", "INV-2026-006", "une dernière fois"),
    _invoice(MEERA, "deuxième rappel", "INV-2026-004", "Unless we are mistaken"),
    _invoice(HARBOUR, "deuxième rappel", "INV-2026-010", "Unless we are mistaken"),
)
_THANKS = (
    Line(CAMILLE, "confirmation du paiement", ("bien enregistré votre paiement", "Lisbonne")),
    Line(CAMILLE, "demande de documents", ("passeport", "carte PAN", "formulaire de visa")),
)
_PAPER = (
    Line(CAMILLE, "accusé de réception, ce qui manque", ("est bien arrivé", "Nous avons : passeport.", "carte PAN")),
)
_CHASER = Line(CAMILLE, "relance des seuls documents manquants", ("il nous manque encore", "carte PAN"), ("passeport",))
_CLAIM = Line(ATELIER, "réponse : nous vérifions", ("Nous vérifions la réception",))
_STOPPED = Line(HARBOUR, "réponse : plus aucun message", ("no more automatic",))
_LAST = _invoice(MEERA, "dernier rappel (elle n'a rien dit)", "INV-2026-004", "our last message")

CHAPTERS = (
    Chapter("Lundi, dix heures : les premiers rappels partent", FIRST),
    Chapter("Seize jours plus tard (./relance time +16d)", _SECOND, act=_sixteen_days),
    Chapter("« Payé » est écrit dans le classeur", _THANKS, act=_types_paid),
    Chapter("La voyageuse envoie une photo", _PAPER, act=_sends_photo, check=_photo_is_filed),
    Chapter("Quarante-neuf heures plus tard (./relance time +49h)", (_CHASER,), act=_two_days),
    Chapter("« j'ai payé », répond un client", (_CLAIM,), act=_claims_paid, check=_is_to_verify),
    Chapter("« STOP », répond un autre", (_STOPPED,), act=_says_stop),
    Chapter("Trois jours plus tard : ces deux-là ne reçoivent plus rien", (_LAST, _CHASER), act=_three_days),
)
