"""Where the number stands with WhatsApp, told from what is on the screen, and what its operator has to do.

The state is what the house acts on; the cause says why in one sentence. Whatever nobody can explain is never taken for
"connected": without the list of chats the page is loading, and `session` ends it when that lasts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from relance.domain.delivery import SessionState
from relance.sender.whatsapp import chat_elements, elements


class Cause(StrEnum):
    USE_HERE = "use_here"
    APP_LOCK = "app_lock"
    EXPIRED = "expired"
    STORAGE = "storage"
    CHECKPOINT = "checkpoint"
    UNSUPPORTED = "unsupported"
    LINK_REFUSED = "link_refused"
    OTHER_NUMBER = "other_number"
    NETWORK = "network"
    WARNING = "warning"
    NO_COMPOSER = "no_composer"
    RATE = "rate"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Standing:
    state: SessionState
    cause: Cause | None = None

    @property
    def sentence(self) -> str:
        """What the operator has to know and do."""
        return _BECAUSE[self.cause] if self.cause else _SENTENCES[self.state]


BARRED = (elements.APP_LOCK, elements.EXPIRED, elements.STORAGE, elements.CHECKPOINT, elements.UNSUPPORTED)
"""Screens in place of the application."""

WATCHED = (
    elements.SHELL,
    elements.QR,
    elements.USE_HERE,
    elements.LOGGED_OUT,
    elements.LINK_REFUSED,
    elements.OFFLINE,
    elements.WARNED,
    elements.RATED,
    elements.CAPPED,
    chat_elements.RESTRICTED,
    chat_elements.COMPOSER,
    *BARRED,
)
"""What the state is decided from."""

PASSING = frozenset({SessionState.CONNECTING, SessionState.OFFLINE})
"""States that end by themselves."""

RELOADED = frozenset({Cause.EXPIRED, Cause.STORAGE})
"""What a new start of the page may mend."""

_SENTENCES = {
    SessionState.UNPAIRED: "Aucun téléphone n'est associé : lancez « relance pair » et scannez le code.",
    SessionState.CONNECTING: "La page WhatsApp se charge ; rien à faire.",
    SessionState.CONNECTED: "Connecté ; rien à faire.",
    SessionState.THROTTLED: "WhatsApp annonce une limite d'envoi : laissez le numéro au repos jusqu'à demain.",
    SessionState.OFFLINE: "WhatsApp n'a plus de réseau et réessaie seul ; vérifiez la connexion de la machine.",
    SessionState.LOGGED_OUT: "WhatsApp a déconnecté ce numéro : associez-le de nouveau avec « relance pair ».",
    SessionState.RESTRICTED: "Restriction soupçonnée, envois arrêtés : voyez le téléphone, « relance number resume ».",
}

_BECAUSE = {
    Cause.USE_HERE: "WhatsApp Web est ouvert dans une autre fenêtre : fermez-la, celle-ci reprend la main d'elle-même.",
    Cause.APP_LOCK: "WhatsApp Web est verrouillé par un mot de passe : ôtez ce verrou, puis associez de nouveau.",
    Cause.EXPIRED: "WhatsApp refuse cette version de la page, rechargée d'office ; sinon mettez Chromium à jour.",
    Cause.STORAGE: "Le profil du navigateur ne s'écrit plus : vérifiez l'espace disque et les droits du dossier.",
    Cause.CHECKPOINT: "WhatsApp demande une vérification : faites-la sur le téléphone, puis « relance number resume ».",
    Cause.UNSUPPORTED: "WhatsApp refuse ce navigateur : mettez Chromium à jour.",
    Cause.LINK_REFUSED: "Trop d'associations demandées : attendez trois heures sans réessayer, puis « relance pair ».",
    Cause.OTHER_NUMBER: "Le téléphone associé n'est pas celui de ce numéro : il a été déconnecté ; associez le bon.",
    Cause.NETWORK: _SENTENCES[SessionState.OFFLINE],
    Cause.WARNING: "WhatsApp annonce une restriction, envois arrêtés : regardez le téléphone avant tout.",
    Cause.NO_COMPOSER: "WhatsApp n'offre plus où écrire, envois arrêtés : regardez le téléphone.",
    Cause.RATE: "WhatsApp trouve l'envoi trop rapide : laissez le numéro au repos quelques heures.",
    Cause.CAP: "Trop de nouvelles discussions ce mois-ci : demandez aux clients d'écrire les premiers.",
}


def standing_of(seen: Mapping[str, bool], *, was_linked: bool) -> Standing:
    """Decide from the elements of `WATCHED` that are there."""
    if seen["use_here"]:
        return Standing(SessionState.OFFLINE, Cause.USE_HERE)
    if not seen["shell"]:
        return _outside(seen, was_linked=was_linked)
    if seen["checkpoint"]:
        return Standing(SessionState.RESTRICTED, Cause.CHECKPOINT)
    if seen["warned"]:
        return Standing(SessionState.RESTRICTED, Cause.WARNING)
    if seen["restricted"] and not seen["composer"]:
        return Standing(SessionState.RESTRICTED, Cause.NO_COMPOSER)
    for name, cause in (("app_lock", Cause.APP_LOCK), ("expired", Cause.EXPIRED), ("storage", Cause.STORAGE)):
        if seen[name]:
            return Standing(SessionState.OFFLINE, cause)
    if seen["offline"]:
        return Standing(SessionState.OFFLINE, Cause.NETWORK)
    if seen["rated"]:
        return Standing(SessionState.THROTTLED, Cause.RATE)
    return Standing(SessionState.THROTTLED, Cause.CAP) if seen["capped"] else Standing(SessionState.CONNECTED)


def _outside(seen: Mapping[str, bool], *, was_linked: bool) -> Standing:
    if seen["checkpoint"]:
        return Standing(SessionState.RESTRICTED, Cause.CHECKPOINT)
    for name in ("app_lock", "expired", "storage", "unsupported"):
        if seen[name]:
            return Standing(SessionState.OFFLINE, Cause(name))
    if not seen["qr"]:
        return Standing(SessionState.CONNECTING, Cause.LINK_REFUSED if seen["link_refused"] else None)
    state = SessionState.LOGGED_OUT if was_linked or seen["logged_out"] else SessionState.UNPAIRED
    return Standing(state, Cause.LINK_REFUSED if seen["link_refused"] else None)
