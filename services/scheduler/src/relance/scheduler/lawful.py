"""A message as the country's rules want it: with the mentions of a first reminder after due, without a word of fees.

The plan, the release and the forecast write every message through here, so that what is shown is what leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from relance.domain import law, notice, wording
from relance.domain.errors import TemplateRejected
from relance.domain.standing import Case
from relance.domain.steps import Policy, Purpose
from relance.scheduler import texts
from relance.scheduler.texts import Texts

REGISTRATION = wording.fold("Numéro d'entreprise")


def reminder(texts_: Texts, template: str, cases: Sequence[Case], *, policy: Policy, now: datetime) -> str:
    """Raises TemplateRejected when the text cannot be written, or may not be."""
    body = texts_.reminder(template, cases, now)
    if texts_.purpose_of(template) is not Purpose.PAYMENT:
        return body
    first = cases[0]
    own = policy.of(first.receivable.ledger_id)
    pack = notice.pack_of(first, own)
    is_after_notice = all(notice.sent_at(case) is not None for case in cases)
    words = law.fee_wording(body, pack, notice_sent=is_after_notice)
    if words is not None:
        raise TemplateRejected(f"{template} : « {words} » ne peut pas être demandé à ce moment ({pack.country})")
    noticed = [case for case in cases if notice.is_notice(case, now)]
    if not pack.notice_mentions or not noticed:
        return body
    if texts_.is_to_be_discreet(cases):
        raise TemplateRejected(
            f"{template} : en {pack.country}, le premier rappel après l'échéance doit nommer la somme, et la ligne"
            " demande la discrétion : une personne l'envoie"
        )
    whole = f"{body}\n\n{_mentions(texts_, pack.notice_mentions, noticed, now)}"
    if len(whole) > texts.LONGEST_MESSAGE:
        raise TemplateRejected(f"{template} : le message et ses mentions légales font {len(whole)} caractères")
    return whole


def _mentions(texts_: Texts, name: str, noticed: Sequence[Case], now: datetime) -> str:
    """What is owed, for what, since when: a line for each item, for none may be left out; then what the law adds."""
    first = noticed[0]
    own = texts_.of(first.receivable.ledger_id)
    language = first.customer.language if first.customer else "fr"
    line = f"{name}_somme"
    owed = [own.write(line, language, own.values(line, case, now)) for case in noticed]
    said = own.write(name, language, own.values(name, first, now) | {REGISTRATION: first.registration})
    return "\n".join([*owed, said])
