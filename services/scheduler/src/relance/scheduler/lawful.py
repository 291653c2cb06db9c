"""A message as the country's rules want it: with the mentions of a first reminder after due, without a word of fees.

The plan, the release and the forecast write every message through here, so that what is shown is what leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from relance.domain import law, lint, standing, wording
from relance.domain.errors import TemplateRejected
from relance.domain.standing import Case
from relance.domain.steps import Policy, Purpose
from relance.scheduler.texts import Texts

REGISTRATION = wording.fold("Numéro d'entreprise")


def reminder(texts_: Texts, template: str, cases: Sequence[Case], *, policy: Policy, now: datetime) -> str:
    """Raises TemplateRejected when the text cannot be written, or may not be."""
    body = texts_.reminder(template, cases, now)
    if lint.purpose_of(template) is not Purpose.PAYMENT:
        return body
    first = cases[0]
    own = policy.of(first.receivable.ledger_id)
    pack = standing.pack_of(first, own)
    is_after_notice = all(standing.notice_sent_at(case) is not None for case in cases)
    words = law.fee_wording(body, pack, notice_sent=is_after_notice)
    if words is not None:
        raise TemplateRejected(f"{template} : « {words} » ne peut pas être demandé à ce moment ({pack.country})")
    if not pack.notice_mentions or not any(standing.is_notice(case, now) for case in cases):
        return body
    return f"{body}\n\n{_mentions(texts_, pack.notice_mentions, first, now)}"


def _mentions(texts_: Texts, name: str, case: Case, now: datetime) -> str:
    own = texts_.of(case.receivable.ledger_id)
    language = case.customer.language if case.customer else "fr"
    return own.write(name, language, own.values(name, case, now) | {REGISTRATION: case.registration})
