"""What the cells of ours should say for a row. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from relance.domain.receivable import HoldReason, Status
from relance.ledger_sync import columns
from relance.ledger_sync.columns import Field
from relance.ledger_sync.ledgers.port import Cell, SheetRow
from relance.store.receivables import Standing

ACTIONS: Mapping[str, str] = {
    "voyage_j30": "Relance J-30",
    "voyage_j15": "Relance J-15",
    "voyage_confirmation": "Confirmation",
    "voyage_documents": "Demande de documents",
    "voyage_documents_relance": "Rappel des documents",
    "facture_1": "Premier rappel",
    "facture_2": "Deuxième rappel",
    "facture_3": "Dernier rappel",
    "facture_confirmation": "Confirmation",
}
HOLDS: Mapping[HoldReason, str] = {
    HoldReason.OPTOUT: "Ce client a demandé à ne plus recevoir de messages : plus rien ne part.",
    HoldReason.WRONG_PERSON: "Ce numéro n'est pas le bon, selon la personne qui a répondu : vérifiez-le.",
    HoldReason.DISPUTE: "Le client conteste : à vous de lui répondre, les rappels attendent.",
    HoldReason.HUMAN: "Le client attend une réponse de vous : lisez ses messages, les rappels attendent.",
    HoldReason.PAID_CLAIM: "Le client dit avoir payé : vérifiez, puis mettez « Payé » ou « En attente ».",
    HoldReason.PROMISE: "Le client a promis de payer : les rappels attendent.",
    HoldReason.PAUSE: "En pause.",
    HoldReason.AUTOPAY: "Prélèvement prévu : aucun rappel.",
}

BLOCKERS: Mapping[str, str] = {
    "attachment": "La facture ou le code de paiement ne peut pas être joint : vérifiez « Lien PDF ». Le rappel attend.",
}
"""Reasons of a decision that the owner mends in the row itself."""


def wanted(row: Standing, *, zone: ZoneInfo) -> dict[Field, Cell | date]:
    """Every cell of ours by field: None when there is nothing to say, so that what is no longer true goes."""
    cells: dict[Field, Cell | date] = dict.fromkeys(columns.OWNED) | {Field.KEY: row.key, Field.REMARK: _remark(row)}
    if row.last_sent_at:
        cells[Field.LAST_REMINDER] = row.last_sent_at.astimezone(zone).date()
    if row.verdict:
        step = row.next_step or (row.step if row.verdict == "send" else None)
        # An action without a date is one that nothing will start: the remark says what a person has to do first.
        is_coming = step is not None and (row.verdict == "send" or row.next_at is not None) and not row.problems
        cells[Field.NEXT_ACTION] = ACTIONS.get(step, step) if step and is_coming else ""
        cells[Field.NEXT_ON] = row.next_at.astimezone(zone).date() if is_coming and row.next_at else None
    if row.papers_asked:
        cells[Field.DOCUMENTS] = f"{row.papers_done}/{row.papers_asked} documents"
    status = wanted_status(row)
    if status:
        cells[Field.STATUS] = columns.word_for(status)
    return cells


def held(row: SheetRow, places: Mapping[Field, int]) -> list[tuple[Field, str]]:
    """What the cells of ours in a row hold now, as it is noted when we write; the key apart."""
    there = [(field, row.cell(places[field])) for field in sorted(columns.OWNED - {Field.KEY}) if field in places]
    return [(field, "" if cell is None else str(cell)) for field, cell in there]


def wanted_status(row: Standing) -> Status | None:
    """The one transition we have a reason for; a cell that a person set after that reason is left alone."""
    if row.problems:
        return None
    left = row.written.get(Field.STATUS)
    reasons = (
        (Status.PAID, row.trusted_at, columns.may_settle),
        (Status.PENDING, row.distrusted_at, columns.may_settle),
        (Status.CLAIMED, row.claimed_at, columns.may_write),
        (Status.REMINDED, row.last_sent_at, columns.may_write),
    )
    for wanted, since, may in reasons:
        is_news = since is not None and (left is None or since > left.at)
        if is_news and may(row.status, wanted):
            return wanted
    return None


def _remark(row: Standing) -> str:
    if row.problems:
        return " ".join(row.problems)
    held_by = [sentence for reason, sentence in HOLDS.items() if reason in row.holds]
    return " ".join([*held_by, *(BLOCKERS[code] for code in row.blockers if code in BLOCKERS)])
