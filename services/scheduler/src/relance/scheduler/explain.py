"""What will be sent, and why something is not: the data behind `relance explain` and `relance plan`.

The same decisions as the scheduler's, on the same reads, writing nothing. The forecast plays the coming days: it
supposes that nobody pays or answers, that each message leaves the moment it is due, and that no number's pause or cap
delays it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from relance.domain import sequence, standing, steps
from relance.domain.errors import Refused, TemplateRejected
from relance.domain.sequence import Decision, Verdict
from relance.domain.standing import Case, Contact, Documents, Fate, Past
from relance.domain.steps import Policy, Purpose
from relance.scheduler import outlook, texts, values
from relance.scheduler.outlook import Due
from relance.scheduler.texts import Texts
from relance.store import deciding
from relance.store.pool import Connection

# Nobody's sequence has this many turns in a year; a rule that never lets time pass would otherwise spin for ever.
MOST_TURNS = 500

SENTENCES: Mapping[str, str] = {
    "paid": "la ligne est payée",
    "below_minimum": "le solde est sous le minimum",
    "claimed": "le client dit avoir payé : à vérifier",
    "disputed": "la somme est contestée",
    "cancelled": "la ligne est annulée",
    "bad_row": "la ligne contient une erreur : voyez sa Remarque",
    "absent": "la ligne n'est plus dans la feuille",
    "number_unusable": "ce numéro n'est pas sur WhatsApp",
    "sequence_off": "les relances de ce genre sont arrêtées dans l'onglet Réglages",
    "not_in_pilot": "la ligne n'est pas dans le pilote",
    "held:pause": "en pause",
    "held:promise": "le client a promis de payer",
    "held:dispute": "un litige est ouvert",
    "held:optout": "le client ne veut plus de messages (STOP)",
    "held:autopay": "le paiement est automatique",
    "held:human": "une personne de l'équipe a pris la main",
    "held:paid_claim": "le client dit avoir payé : à vérifier",
    "held:wrong_person": "ce numéro n'est pas celui du client",
    "not_yet": "l'étape n'est pas encore venue",
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
"""What each blocker means, for the owner."""


@dataclass(frozen=True, slots=True)
class Explanation:
    case: Case
    decision: Decision
    sentences: tuple[str, ...]
    text: str | None  # what would leave if it left now
    history: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Planned:
    """One message that would leave."""

    at: datetime
    customer_id: int
    name: str
    phone: str
    step: str
    keys: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """How the CLI sees what the scheduler sees."""

    texts: Texts
    policy: Policy


async def explain(
    connection: Connection, key: str, now: datetime, *, view: View, ledger: str | None = None
) -> Explanation:
    """Raises Refused when no row, or more than one, has this Réf."""
    found = await deciding.find(connection, key, ledger)
    if len(found) != 1:
        raise Refused(
            f"aucune ligne n'a la Réf. « {key} »"
            if not found
            else f"plusieurs feuilles ont une ligne « {key} » : précisez laquelle"
        )
    case = (await deciding.cases_of(connection, found, now))[0].case
    decision = sequence.decide(case, view.policy, now)
    sentences = tuple(SENTENCES.get(blocker, blocker) for blocker in decision.blockers)
    history = await deciding.history(connection, case.receivable.id)
    return Explanation(case, decision, sentences, _text(case, decision.next_step or decision.step, view, now), history)


async def forecast(connection: Connection, days: int, now: datetime, *, view: View) -> list[Planned]:
    """Every message that would leave in the coming days, in order."""
    known = await deciding.open_cases(connection, now)
    planned: list[Planned] = []
    for customer, group in groupby(known, key=lambda one: one.case.receivable.customer_id):
        if customer is not None:
            planned += play([one.case for one in group], now, now + timedelta(days=days), view=view)
    return sorted(planned, key=lambda message: (message.at, message.customer_id))


def play(cases: Sequence[Case], start: datetime, end: datetime, *, view: View) -> list[Planned]:
    """The coming messages of one person."""
    at, world, planned = start, [_delivered(case, start) for case in cases], []
    for _ in range(MOST_TURNS):
        decisions = [sequence.decide(case, view.policy, at) for case in world]
        waiting = [
            Due(case, decision, standing.due_step(case, decision.step, decision.cycle, view.policy))
            for case, decision in zip(world, decisions, strict=True)
            if decision.verdict is Verdict.SEND
        ]
        messages = outlook.together(waiting)
        for message in messages:
            planned.append(_planned(message, at, view))
            world = _sent(world, message, at, view.policy)
        if messages:
            continue
        following = [d.next_at for d in decisions if d.next_at is not None and d.next_at > at]
        if not following or min(following) > end:
            break
        at = min(following)
    return planned


def _delivered(case: Case, now: datetime) -> Case:
    """What is on its way is supposed to arrive."""
    past = tuple(
        replace(p, fate=Fate.SENT, sent_at=p.sent_at or now) if p.fate is Fate.PENDING else p for p in case.past
    )
    contact = case.contact
    if contact.is_being_written_to:
        contact = replace(contact, last_payment_at=now, last_automatic_at=now, is_being_written_to=False)
    return replace(case, past=past, contact=contact)


def _sent(world: Sequence[Case], message: Sequence[Due], at: datetime, policy: Policy) -> list[Case]:
    step = message[0].step
    told = {due.case.receivable.id: due for due in message}
    after = []
    for case in world:
        contact = case.contact
        if step.is_reminder:
            contact = Contact(at if step.purpose is Purpose.PAYMENT else contact.last_payment_at, at)
        due = told.get(case.receivable.id)
        if due is not None:
            case = replace(case, past=(*case.past, *_traces(due, at, policy)))
            if step.template == "voyage_documents":
                case = replace(case, documents=Documents(values.asked(case.receivable.travellers), at))
        after.append(replace(case, contact=contact))
    return after


def _traces(due: Due, at: datetime, policy: Policy) -> list[Past]:
    planned_at = standing.planned_for(due.case, due.step, at, policy)
    skipped = [Past(step.name, step.cycle, Fate.SKIPPED, at) for step in due.decision.skipped]
    return [*skipped, Past(due.step.name, due.decision.cycle, Fate.SENT, planned_at, at)]


def _planned(message: Sequence[Due], at: datetime, view: View) -> Planned:
    first = message[0].case
    customer = first.customer
    template = texts.template_of([due.step.template for due in message])
    return Planned(
        at=at,
        customer_id=first.receivable.customer_id or 0,
        name=customer.name if customer else "",
        phone=customer.phone if customer else "",
        step=message[0].step.name,
        keys=tuple(due.case.receivable.key for due in message),
        text=_written(template, [due.case for due in message], view, at),
    )


def _text(case: Case, step: str | None, view: View, now: datetime) -> str | None:
    return None if step is None or step not in steps.BY_NAME else _written(step, [case], view, now)


def _written(template: str, cases: Sequence[Case], view: View, now: datetime) -> str:
    try:
        return view.texts.reminder(template, cases, now)
    except TemplateRejected as error:
        return f"({error})"
