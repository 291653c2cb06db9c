"""Why a row is where it is: the data behind `relance explain`.

The same decisions as the scheduler's, on the same reads, writing nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from relance.domain import phone, sequence, standing
from relance.domain.errors import CellRejected, Refused, TemplateRejected
from relance.domain.pacing import Pace
from relance.domain.sequence import Decision
from relance.domain.standing import Case
from relance.domain.steps import Policy
from relance.scheduler import lawful, sentences, texts, wishes, written
from relance.scheduler.settings import Rules
from relance.scheduler.texts import Texts
from relance.scheduler.wishes import Terms
from relance.store import deciding, orders, workbook_settings
from relance.store.orders import Held, Message, Row
from relance.store.pool import Connection


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
class View:
    """How the CLI sees what the scheduler sees."""

    texts: Texts
    policy: Policy
    pace: Pace = field(default_factory=Pace)


async def view(connection: Connection, rules: Rules, pace: Pace) -> View:
    """The deployment's rules and texts with what each workbook says over them, as the scheduler takes them."""
    headers, own = await deciding.headers(connection), written.purposes(rules.sequences_file)
    shipped = texts.load(rules.templates_dir, headers, is_discreet=rules.scheduler_discreet, purposes=own)
    policy = await written.laid_on(connection, rules.policy(), rules.sequences_file)
    given = Terms(shipped, policy, pace)
    terms = await wishes.read(connection, given, await workbook_settings.newest(connection))
    return View(terms.texts, terms.policy, terms.pace)


async def rows_named(connection: Connection, target: str, *, ledger: str | None = None) -> list[Row]:
    """The rows a person means by a Réf. or a telephone number; raises Refused when there are none."""
    rows = await orders.rows_by_key(connection, target.strip(), ledger)
    if not rows:
        read = {_phone(target, country) for country in await orders.countries(connection, ledger)}
        rows = await orders.rows_by_phone(connection, {found for found in read if found}, ledger)
    if not rows:
        where = f" dans « {ledger} »" if ledger else ""
        raise Refused(f"aucune ligne n'a la Réf. ou le numéro « {target} »{where}")
    return rows


def _phone(text: str, country: str) -> str | None:
    try:
        return phone.parse(text, country)
    except CellRejected:
        return None


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


def _text(case: Case, decision: Decision, view: View, now: datetime) -> str | None:
    policy = view.policy.of(case.receivable.ledger_id)
    step = standing.step_named(case, policy, decision.next_step or decision.step or "", decision.cycle)
    return None if step is None else written_now(texts.template_of([step.template]), [case], view, now)


def written_now(template: str, cases: Sequence[Case], view: View, now: datetime) -> str:
    try:
        return lawful.reminder(view.texts, template, cases, policy=view.policy, now=now)
    except TemplateRejected as error:
        return f"({error})"
