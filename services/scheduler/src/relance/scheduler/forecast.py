"""What will be sent: the data behind `relance plan`, by the same decisions as the scheduler's, writing nothing.

What is booked already comes first, as the release would let it go; then the coming days are played. The forecast
supposes that nobody pays or answers, that each message leaves the moment it is due, and that no number's pause or cap
delays it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from relance.domain import recheck, sequence, standing
from relance.domain.enclosure import Kind as Enclosed
from relance.domain.recheck import Stopped
from relance.domain.sequence import Verdict
from relance.domain.standing import Case, Contact, Documents, Fate, Past
from relance.domain.steps import Policy, Purpose
from relance.scheduler import booking, explain, outlook, texts, values
from relance.scheduler.explain import View
from relance.scheduler.outlook import Due
from relance.store import deciding, orders
from relance.store.deciding import Known
from relance.store.orders import Booked
from relance.store.pool import Connection
from relance.store.reminders import Key

# Nobody's sequence has this many turns in a year; a rule that never lets time pass would otherwise spin for ever.
MOST_TURNS = 500


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


async def forecast(
    connection: Connection, days: int, now: datetime, *, view: View, as_if_active: int | None = None
) -> list[Planned]:
    """Every message that would leave in the coming days, in order; as if that ledger had been said yes to."""
    known = [_activated(one, as_if_active) for one in await deciding.open_cases(connection, now)]
    booked: dict[int, list[Booked]] = defaultdict(list)
    for message in await orders.booked(connection):
        booked[message.customer_id].append(message)
    planned: list[Planned] = []
    for customer, group in groupby(known, key=lambda one: one.case.receivable.customer_id):
        if customer is not None:
            cases = [one.case for one in group]
            planned += of_person(cases, booked[customer], now, now + timedelta(days=days), view=view)
    return sorted(planned, key=lambda message: (message.at, message.customer_id))


def of_person(
    cases: Sequence[Case], booked: Sequence[Booked], now: datetime, end: datetime, *, view: View
) -> list[Planned]:
    """What one person would get: what is booked and may still leave, then what follows it."""
    by_id = {case.receivable.id: case for case in cases}
    leaving = {message.job_id: found for message in booked if (found := _leaves(message, by_id, now, view=view))}
    gone = {key for message in booked if message.job_id not in leaving for key in message.keys}
    world = [_without(case, gone) for case in cases]
    arrives = max([now, *(one.at for one in leaving.values())])
    return [*leaving.values(), *play([_delivered(case, arrives) for case in world], now, end, view=view)]


def _leaves(message: Booked, cases: Mapping[int, Case], now: datetime, *, view: View) -> Planned | None:
    """None when the release will stop it, after which its items are decided anew."""
    at, carried = max(message.due_at, now), []
    for item, name, cycle in message.keys:
        case = cases.get(item)
        if case is None:
            return None
        own = view.policy.of(case.receivable.ledger_id)
        step = standing.step_named(case, own, name, cycle)
        stopped = Stopped("stale") if step is None else recheck.objection(case, step, own, now)
        if stopped is not None and stopped.until is None:
            return None
        at = max(at, at if stopped is None or stopped.until is None else stopped.until)
        carried.append((case, name))
    text = explain.written_now(message.template, [case for case, _ in carried], view, at)
    return _shown(carried, at, text=text, attachment=message.attachment)


def _without(case: Case, gone: Collection[Key]) -> Case:
    """The item as it stands once the messages that carried these steps are cancelled."""
    past = tuple(one for one in case.past if (case.receivable.id, one.step, one.cycle) not in gone)
    still = any(one.fate is Fate.PENDING for one in past)
    contact = replace(case.contact, is_being_written_to=case.contact.is_being_written_to and (still or not gone))
    return replace(case, past=past, contact=contact)


def _activated(known: Known, ledger_id: int | None) -> Known:
    if known.case.receivable.ledger_id != ledger_id:
        return known
    return replace(known, case=replace(known.case, awaits_activation=False))


def play(cases: Sequence[Case], start: datetime, end: datetime, *, view: View) -> list[Planned]:
    """The coming messages of one person."""
    at, world, planned = start, list(cases), []
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
    template = texts.template_of([due.step.template for due in message])
    text = explain.written_now(template, [due.case for due in message], view, at)
    carried = [(due.case, due.step.name) for due in message]
    return _shown(carried, at, text=text, attachment=booking.encloses(message, view.policy))


def _shown(carried: Sequence[tuple[Case, str]], at: datetime, *, text: str, attachment: Enclosed | None) -> Planned:
    first, step = carried[0]
    customer = first.customer
    return Planned(
        at=at,
        customer_id=first.receivable.customer_id or 0,
        ledger_id=first.receivable.ledger_id,
        zone=first.zone,
        name=customer.name if customer else "",
        phone=customer.phone if customer else "",
        step=step,
        keys=tuple(case.receivable.key for case, _ in carried),
        text=text,
        attachment=attachment,
    )
