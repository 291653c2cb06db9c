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

from relance.domain import phone, sequence, standing
from relance.domain.enclosure import Kind as Enclosed
from relance.domain.errors import CellRejected, Refused, TemplateRejected
from relance.domain.pacing import Pace
from relance.domain.sequence import Decision, Verdict
from relance.domain.standing import Case, Contact, Documents, Fate, Past
from relance.domain.steps import Policy, Purpose
from relance.scheduler import booking, lawful, outlook, sentences, texts, values, wishes, written
from relance.scheduler.outlook import Due
from relance.scheduler.settings import Rules
from relance.scheduler.texts import Texts
from relance.scheduler.wishes import Terms
from relance.store import deciding, orders, workbook_settings
from relance.store.deciding import Known
from relance.store.orders import Held, Message, Row
from relance.store.pool import Connection

# Nobody's sequence has this many turns in a year; a rule that never lets time pass would otherwise spin for ever.
MOST_TURNS = 500


@dataclass(frozen=True, slots=True)
class Explanation:
    row: Row
    case: Case
    decision: Decision
    text: str | None  # what would leave if it left now
    holds: Sequence[Held]
    messages: Sequence[Message]
    history: Sequence[Mapping[str, Any]]

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(sentences.blocker(code) for code in self.decision.blockers)


@dataclass(frozen=True, slots=True)
class Planned:
    """One message that would leave; `zone` is the creditor's, whose clock the owner reads."""

    at: datetime
    customer_id: int
    ledger_id: int
    zone: str
    name: str
    phone: str
    step: str
    keys: tuple[str, ...]
    text: str
    attachment: Enclosed | None  # what its step encloses; a row that gives nothing may go without


@dataclass(frozen=True, slots=True)
class View:
    """How the CLI sees what the scheduler sees."""

    texts: Texts
    policy: Policy


async def view(connection: Connection, rules: Rules) -> View:
    """The deployment's rules and texts with what each workbook says over them, as the scheduler takes them."""
    headers, own = await deciding.headers(connection), written.purposes(rules.sequences_file)
    shipped = texts.load(rules.templates_dir, headers, is_discreet=rules.scheduler_discreet, purposes=own)
    policy = await written.laid_on(connection, rules.policy(), rules.sequences_file)
    given = Terms(shipped, policy, Pace())
    terms = wishes.laid_over(given, await workbook_settings.newest(connection))
    return View(terms.texts, terms.policy)


async def rows_named(connection: Connection, target: str, *, ledger: str | None = None) -> list[Row]:
    """The rows a person means by a Réf. or a telephone number; raises Refused when there are none."""
    rows = await orders.rows_by_key(connection, target.strip(), ledger)
    if not rows:
        try:
            rows = await orders.rows_by_phone(connection, phone.parse(target, "FR"), ledger)
        except CellRejected:
            rows = []
    if not rows:
        where = f" dans « {ledger} »" if ledger else ""
        raise Refused(f"aucune ligne n'a la Réf. ou le numéro « {target} »{where}")
    return rows


async def explain(connection: Connection, rows: Sequence[Row], now: datetime, *, view: View) -> list[Explanation]:
    cases = {known.case.receivable.id: known.case for known in await deciding.cases_of(connection, _ids(rows), now)}
    return [await _explained(connection, row, cases[row.id], now, view=view) for row in rows if row.id in cases]


async def _explained(connection: Connection, row: Row, case: Case, now: datetime, *, view: View) -> Explanation:
    decision = sequence.decide(case, view.policy, now)
    return Explanation(
        row=row,
        case=case,
        decision=decision,
        text=_text(case, decision, view, now),
        holds=await orders.holds_on(connection, row.id, now),
        messages=await orders.messages_of(connection, row.id),
        history=await deciding.history(connection, row.id),
    )


def _ids(rows: Sequence[Row]) -> list[int]:
    return [row.id for row in rows]


async def forecast(
    connection: Connection, days: int, now: datetime, *, view: View, as_if_active: int | None = None
) -> list[Planned]:
    """Every message that would leave in the coming days, in order; as if that ledger had been said yes to."""
    known = [_activated(one, as_if_active) for one in await deciding.open_cases(connection, now)]
    planned: list[Planned] = []
    for customer, group in groupby(known, key=lambda one: one.case.receivable.customer_id):
        if customer is not None:
            planned += play([one.case for one in group], now, now + timedelta(days=days), view=view)
    return sorted(planned, key=lambda message: (message.at, message.customer_id))


def _activated(known: Known, ledger_id: int | None) -> Known:
    if known.case.receivable.ledger_id != ledger_id:
        return known
    return replace(known, case=replace(known.case, awaits_activation=False))


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
                case = replace(case, documents=Documents(values.asked(case.receivable), at))
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
        ledger_id=first.receivable.ledger_id,
        zone=first.zone,
        name=customer.name if customer else "",
        phone=customer.phone if customer else "",
        step=message[0].step.name,
        keys=tuple(due.case.receivable.key for due in message),
        text=_written(template, [due.case for due in message], view, at),
        attachment=booking.encloses(message, view.policy),
    )


def _text(case: Case, decision: Decision, view: View, now: datetime) -> str | None:
    policy = view.policy.of(case.receivable.ledger_id)
    step = standing.step_named(case, policy, decision.next_step or decision.step or "", decision.cycle)
    return None if step is None else _written(texts.template_of([step.template]), [case], view, now)


def _written(template: str, cases: Sequence[Case], view: View, now: datetime) -> str:
    try:
        return lawful.reminder(view.texts, template, cases, policy=view.policy, now=now)
    except TemplateRejected as error:
        return f"({error})"
