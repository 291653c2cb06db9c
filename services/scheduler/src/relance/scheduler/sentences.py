"""What each code means, in the owner's words: blockers, holds, what became of a message."""

from __future__ import annotations

from collections.abc import Mapping

from relance.domain.pacing import Pace

BLOCKERS: Mapping[str, str] = {
    "paid": "la ligne est payée",
    "below_minimum": "le solde est sous le minimum",
    "claimed": "le client dit avoir payé : à vérifier",
    "disputed": "la somme est contestée",
    "cancelled": "la ligne est annulée",
    "bad_row": "la ligne contient une erreur : voyez sa Remarque",
    "absent": "la ligne n'est plus dans la feuille",
    "ledger_off": "cette feuille est désactivée",
    "number_unusable": "ce numéro n'est pas sur WhatsApp",
    "sequence_off": "les relances de ce genre sont arrêtées dans l'onglet Réglages",
    "not_in_pilot": "la ligne n'est pas dans le pilote",
    "needs_activation": "ce classeur attend votre accord avant tout envoi (relance activate)",
    "needs_approval": "cette étape attend votre accord (relance approve)",
    "human_step": "cette étape est à faire par une personne (relance approve quand c'est fait)",
    "attachment": "ce qui doit accompagner le message ne peut pas être joint",
    "condition": "la condition de l'étape n'est pas remplie par la ligne",
    "mentions_missing": "les mentions légales du premier rappel manquent (numéro d'entreprise)",
    "legal_wait": "le délai légal après le premier rappel court encore",
    "held:pause": "en pause",
    "held:promise": "le client a promis de payer",
    "held:dispute": "un litige est ouvert",
    "held:optout": "le client ne veut plus de messages (STOP)",
    "held:autopay": "le paiement est automatique",
    "held:human": "une personne de l'équipe a pris la main",
    "held:paid_claim": "le client dit avoir payé : à vérifier",
    "held:wrong_person": "ce numéro n'est pas celui du client",
    "not_yet": "l'étape n'est pas encore venue",
    "check": "la prochaine vérification n'est pas encore venue",
    "interval": "un rappel est parti il y a trop peu de temps",
    "one_per_day": "un message automatique est déjà parti aujourd'hui",
    "outside_hours": "hors des heures autorisées",
    "in_flight": "un message à ce client est déjà prêt ou en route",
    "too_old": "la dette est trop ancienne pour un premier message automatique",
    "skipped_stale": "les étapes sont passées sans pouvoir être envoyées",
    "last_step_sent": "la dernière étape est partie : on attend",
    "sequence_finished": "toutes les étapes sont faites",
    "departed": "le départ est passé",
    "documents_unknown": "la liste des documents n'est pas encore ouverte",
    "documents_complete": "tous les documents sont reçus",
    "paid_at_first_sight": "la ligne était déjà payée à la première lecture",
    "text_refused": "le texte ne peut pas être écrit : une valeur manque",
    "error": "la décision a échoué : voyez les journaux",
}

VERDICTS: Mapping[str, str] = {
    "send": "part maintenant",
    "wait": "attend",
    "blocked": "bloquée",
    "finished": "terminée",
}

HOLDS: Mapping[str, str] = {
    "pause": "pause",
    "promise": "promesse de paiement",
    "dispute": "litige",
    "optout": "STOP du client",
    "autopay": "paiement automatique",
    "human": "pris en main par une personne",
    "paid_claim": "dit avoir payé",
    "wrong_person": "mauvais numéro",
}

ENCLOSED: Mapping[str, str] = {"pdf": "la facture", "payment_code": "le code de paiement"}

SCOPES: Mapping[str, str] = {"item": "cette ligne", "customer": "ce client", "ledger": "tout le classeur"}

STATES: Mapping[str, str] = {
    "due": "prêt, attend son tour",
    "published": "remis à l'expéditeur",
    "sending": "en cours d'envoi",
    "unknown": "envoyé ou non : vérification dans la conversation",
    "sent": "envoyé",
    "delivered": "remis au client",
    "read": "lu par le client",
    "cancelled": "annulé",
    "failed": "non envoyé",
    "review": "à vérifier par une personne",
}

SKIPPED: Mapping[str, str] = {"skipped_stale": "étape passée : son moment était révolu"}


def blocker(code: str) -> str:
    return BLOCKERS.get(code, code)


def fate(state: str | None, skipped: str | None) -> str:
    """What became of a step."""
    if skipped is not None:
        return SKIPPED.get(skipped, skipped)
    return STATES.get(state or "", state or "")


def limits(pace: Pace) -> str:
    """What a plan leaves out: messages beyond these wait for another day."""
    most = max([pace.daily_cap, *pace.caps.values()])
    said = [f"{most} message(s) par jour et par numéro", f"{pace.hourly_cap} par heure"]
    said.append(f"{pace.first_contacts} par jour à des personnes qui n'ont encore rien reçu ni écrit")
    if pace.ramp:
        said.append(f"{pace.ramp[0]} par jour au début pour un numéro récent")
    if pace.ledger_cap:
        said.append(f"{pace.ledger_cap} par jour et par classeur")
    return f"Sans compter les limites d'envoi, au plus : {', '.join(said)}. Ce qui dépasse part les jours suivants."
