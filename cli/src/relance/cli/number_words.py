"""The sentences of `relance number`: each state with what the operator has to do about it."""

from __future__ import annotations

from relance.cli import show
from relance.domain.delivery import SessionState
from relance.domain.pacing import Budget, Limit
from relance.domain.suspicion import Sign
from relance.store.number_orders import Status, Stop

# An owner beats every two seconds.
SILENT_S = 60.0

STATES: dict[SessionState, tuple[str, str]] = {
    SessionState.UNPAIRED: ("à associer", "Associez le téléphone : relance pair {alias}."),
    SessionState.CONNECTING: ("se connecte", ""),
    SessionState.CONNECTED: ("connecté", ""),
    SessionState.THROTTLED: ("limité par WhatsApp", "Rien à faire : Relance attend que la limite passe."),
    SessionState.OFFLINE: ("hors ligne", "Vérifiez que le téléphone est allumé et relié à Internet."),
    SessionState.LOGGED_OUT: ("déconnecté depuis le téléphone", "Associez-le de nouveau : relance pair {alias}."),
    SessionState.RESTRICTED: (
        "peut-être restreint",
        "Ouvrez WhatsApp sur le téléphone, lisez ce qu'il dit, attendez ; puis relance number resume {alias}.",
    ),
}

SIGNS: dict[str, str] = {
    Sign.COMPOSER: "une conversation s'est ouverte sans rien pour écrire",
    Sign.BANNER: "WhatsApp affiche un avertissement",
    Sign.REFUSED: "WhatsApp a refusé plusieurs messages en un jour",
    Sign.CLOCKS: "plusieurs messages restent sous une horloge",
    Sign.UNDELIVERED: "trop peu de messages sont distribués un jour après leur envoi",
}

LIMITS = {
    Limit.HOUR: "Le plafond de l'heure est atteint.",
    Limit.DAY: "Le plafond du jour est atteint : la suite part demain.",
}


def state_of(one: Status) -> tuple[str, str]:
    """In what state the number is, and what to do; the gravest thing first."""
    if not one.enabled:
        return "désactivé", "Il n'est plus dans relance.toml."
    suspected = [stop for stop in one.stops if stop.cause == "restriction"]
    if suspected:
        state, todo = STATES[SessionState.RESTRICTED]
        return state, f"{suspicion(suspected[0])} {todo.format(alias=one.alias)}"
    if one.stops:
        stop = one.stops[0]
        why = f" ({stop.reason})" if stop.reason else ""
        since = f"en pause depuis le {show.when(stop.at, one.zone)}, par {stop.by}{why}"
        return since, f"Reprendre : relance number resume {one.alias}."
    if one.owner is None or one.session is None:
        return "jamais démarré", "Démarrez le service sender."
    if one.silent_s is not None and one.silent_s > SILENT_S:
        return "sans expéditeur", "Le service sender ne répond plus : redémarrez-le."
    state, todo = STATES.get(one.session, (one.session.value, ""))
    if one.session is SessionState.CONNECTED:
        return state, ""
    return state, one.advice or todo.format(alias=one.alias)


def suspicion(stop: Stop) -> str:
    said = SIGNS.get(stop.reason, "un signe de restriction a été vu")
    return f"Arrêté tout seul : {said}. Aucun message n'est réessayé."


def limit(held_by: Limit | None, budget: Budget | None, zone: str) -> str:
    if held_by is Limit.PAUSE and budget is not None:
        return f"Prochain message possible à {show.when(budget.next_at, zone)[-5:]}."
    return "" if held_by is None else LIMITS.get(held_by, "")


def reviews(count: int) -> str:
    return f"{count} message(s) à regarder : relance review." if count else ""
