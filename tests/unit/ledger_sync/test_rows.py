"""What a row says, or why it cannot be read; what its own cells should say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from relance.domain import dates
from relance.domain.errors import LedgerUnreachable
from relance.domain.money import Money
from relance.domain.receivable import HoldReason, Kind, Status
from relance.ledger_sync import columns, layouts, owned, quoted, rows
from relance.ledger_sync.columns import Field
from relance.ledger_sync.ledgers.port import SheetRow
from relance.sandbox import samples
from relance.store.ledgers import LedgerRow
from relance.store.receivables import Standing, Written

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
VOYAGES = LedgerRow(1, "voyages", Kind.VOYAGE, "xlsx", "w", "Voyages", "Agence", "EUR", "FR", "Europe/Paris", "fr", 1)
FACTURES = LedgerRow(
    2, "factures", Kind.FACTURE, "xlsx", "w", "Factures", "Agence", "EUR", "FR", "Europe/Paris", "fr", 1
)


def sheet_rows(table: list[list[Any]]) -> tuple[SheetRow, ...]:
    def cell(value: Any) -> Any:
        if isinstance(value, date):
            return dates.serial(value)
        return value.removeprefix("'") if isinstance(value, str) else value

    return tuple(SheetRow(n, tuple(cell(value) for value in cells)) for n, cells in enumerate(table, start=1))


def parsed(table: list[list[Any]], ledger: LedgerRow) -> dict[str, rows.ParsedRow]:
    read = sheet_rows(table)
    header, places = columns.locate(read, ledger.kind)
    layout = layouts.Layout(read[header].cells, places)
    found = [rows.parse(row, layout, ledger, locale="fr_FR") for row in read[header + 1 :]]
    return {f"{row.name} {row.label}": row for row in found}


@pytest.fixture(scope="module")
def trips() -> dict[str, rows.ParsedRow]:
    return parsed(samples.voyage_rows(TODAY), VOYAGES)


@pytest.fixture(scope="module")
def invoices() -> dict[str, rows.ParsedRow]:
    return parsed(samples.facture_rows(TODAY), FACTURES)


def test_a_trip_is_due_thirty_days_before_departure_when_the_sheet_does_not_say(
    trips: dict[str, rows.ParsedRow],
) -> None:
    story = trips["Camille Roussel Lisbonne"]
    assert (story.due_on, story.departs_on) == (TODAY, TODAY + timedelta(days=30))
    assert story.balance is not None
    assert story.balance.amount == 1290
    assert story.problems == ()


def test_a_balance_left_empty_is_what_remains_of_the_total(trips: dict[str, rows.ParsedRow]) -> None:
    balance = trips["Hugo Delmas Reykjavik"].balance
    assert balance is not None
    assert balance.amount == 2000


def test_rupees_stay_rupees(trips: dict[str, rows.ParsedRow], invoices: dict[str, rows.ParsedRow]) -> None:
    trip, invoice = trips["Ananya Rao Paris"], invoices["Meera Traders INV-2026-004"]
    assert trip.total is not None
    assert invoice.total is not None
    assert (trip.total.amount, trip.total.currency, trip.phone) == (Decimal(150_000), "INR", "+919876543210")
    assert (invoice.total.amount, invoice.total.currency, invoice.language) == (Decimal(15_000), "INR", "en")


def test_each_bad_sample_row_names_its_column_and_the_way_out(
    trips: dict[str, rows.ParsedRow], invoices: dict[str, rows.ParsedRow]
) -> None:
    held = {name: [p.column for p in row.problems] for name, row in (trips | invoices).items() if row.problems}
    assert held == {
        "Inès Caron Séville": ["Numéro WhatsApp"],
        "Paul Vasseur Naples": ["Valeur totale du forfait"],
        "Léa Morin Athènes": ["Date de voyage"],
        "Café du Port INV-2026-007": ["Montant de la facture"],
        "Ferme Bastide INV-2026-008": ["Numéro de téléphone"],
        "Optique Garnier INV-2026-009": ["Date d'échéance"],
        "Cycles Perrin INV-2026-012": ["Montant de la facture"],
    }
    sentences = [p.sentence for row in (trips | invoices).values() for p in row.problems]
    assert all("écrivez" in sentence or "remplissez" in sentence for sentence in sentences)


def test_placeholders_read_dates_and_amounts_as_customers_do(trips: dict[str, rows.ParsedRow]) -> None:
    fields = trips["Camille Roussel Lisbonne"].fields
    assert fields["Date de voyage"] == "23 décembre 2026"
    assert fields["Solde à payer"].replace("\u202f", " ").replace("\xa0", " ") == "1 290,00 €"
    assert "Réf." not in fields


@given(
    st.decimals(min_value=-10_000_000, max_value=10_000_000, places=3),
    st.sampled_from(["EUR", "INR", "USD", "GBP", "CHF", "JPY", "TND", "MAD"]),
    st.sampled_from(["fr", "en"]),
)
def test_amounts_are_written_exactly_as_babel_writes_them(amount: Decimal, currency: str, language: str) -> None:
    assert quoted.priced(Money(amount, currency), language) == format_currency(amount, currency, locale=language)


def test_amounts_that_contradict_one_another_are_held() -> None:
    table = samples.voyage_rows(TODAY)[:2]
    table[1][7] = 999
    (row,) = parsed(table, VOYAGES).values()
    assert row.balance is None
    assert "total moins" in row.problems[0].sentence


@pytest.mark.parametrize(("word", "language"), [("Anglais", "en"), ("FR", "fr"), ("", "fr"), ("English", "en")])
def test_languages_are_known_by_their_usual_names(word: str, language: str) -> None:
    table = samples.voyage_rows(TODAY)[:2]
    table[0].append("Langue")
    table[1].append(word)
    (row,) = parsed(table, VOYAGES).values()
    assert (row.language, row.problems) == (language, ())


def test_a_language_that_we_do_not_write_holds_the_row() -> None:
    table = samples.voyage_rows(TODAY)[:2]
    table[0].append("Langue")
    table[1].append("espagnol")
    (row,) = parsed(table, VOYAGES).values()
    assert "écrivez fr ou en" in row.problems[0].sentence


def test_cells_of_our_own_do_not_change_what_a_row_says() -> None:
    table = samples.voyage_rows(TODAY)[:2]
    (head, before), places = sheet_rows(table), columns.locate(sheet_rows(table), Kind.VOYAGE)[1]
    layout = layouts.Layout(head.cells, places)
    cells = list(before.cells)
    cells[places[Field.KEY]], cells[places[Field.REMARK]] = "ABCDEFGH", "…"
    assert layouts.hashing(layout)(SheetRow(2, tuple(cells))) == layouts.hashing(layout)(before)
    cells[places[Field.STATUS]] = "Payé"
    assert layouts.hashing(layout)(SheetRow(2, tuple(cells))) != layouts.hashing(layout)(before)


@pytest.mark.parametrize(
    "header", ["NUMÉRO  WHATSAPP", "numero whatsapp", "Numéro\u00a0WhatsApp", "Téléphone", "Phone number"]
)
def test_headers_are_known_by_any_usual_spelling(header: str) -> None:
    table = samples.voyage_rows(TODAY)
    table[0][2] = header
    read = sheet_rows([["Mon agence"], [], *table])
    place, places = columns.locate(read, Kind.VOYAGE)
    assert (place, places[Field.PHONE]) == (2, 2)


def test_a_missing_or_doubled_column_is_named() -> None:
    table = samples.facture_rows(TODAY)
    table[0][4] = "Autre"
    with pytest.raises(LedgerUnreachable, match="« Montant de la facture »"):
        columns.locate(sheet_rows(table), Kind.FACTURE)
    table[0][4], table[0][13] = "Montant", "Total"
    with pytest.raises(LedgerUnreachable, match="en double"):
        columns.locate(sheet_rows(table), Kind.FACTURE)


@pytest.mark.parametrize("current", [*Status, None])
@pytest.mark.parametrize("wanted", list(Status))
def test_paid_is_never_ours_to_write_and_closed_rows_are_left_alone(current: Status | None, wanted: Status) -> None:
    if columns.may_write(current, wanted):
        assert wanted in {Status.REMINDED, Status.CLAIMED}
        assert current in {Status.PENDING, Status.REMINDED, Status.LATE}


def standing(**more: Any) -> Standing:
    usual: dict[str, Any] = {
        "id": 1, "key": "ABCDEFGH", "position": 2, "status": Status.PENDING, "problems": (), "verdict": None,
        "step": None, "next_step": None, "next_at": None, "last_sent_at": None, "papers_asked": 0, "papers_done": 0,
        "holds": frozenset(), "claimed_at": None, "written": {},
    }  # fmt: skip
    return Standing(**(usual | more))


PARIS = ZoneInfo("Europe/Paris")


def test_a_sent_reminder_shows_in_status_and_dates() -> None:
    late_evening = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    row = standing(last_sent_at=late_evening, verdict="wait", next_step="voyage_j15", next_at=NOON + timedelta(days=15))
    cells = owned.wanted(row, zone=PARIS)
    assert cells[Field.STATUS] == "Relancé"
    assert cells[Field.LAST_REMINDER] == date(2026, 11, 23)
    assert (cells[Field.NEXT_ACTION], cells[Field.NEXT_ON]) == ("Relance J-15", date(2026, 12, 8))


def test_a_status_a_person_set_after_our_reason_is_left_alone() -> None:
    human = {"status": Written("En attente", NOON)}
    assert owned.wanted_status(standing(last_sent_at=NOON - timedelta(hours=1), written=human)) is None
    assert owned.wanted_status(standing(last_sent_at=NOON + timedelta(hours=1), written=human)) is Status.REMINDED


def test_a_claim_of_payment_asks_to_check_and_says_what_to_do() -> None:
    row = standing(status=Status.REMINDED, claimed_at=NOON, holds=frozenset({HoldReason.PAID_CLAIM}))
    cells = owned.wanted(row, zone=PARIS)
    assert cells[Field.STATUS] == "À vérifier"
    assert "vérifiez" in str(cells[Field.REMARK])


def test_a_row_that_cannot_be_read_gets_its_sentence_and_no_status() -> None:
    cells = owned.wanted(standing(problems=("Écrivez-le.",), last_sent_at=NOON), zone=PARIS)
    assert Field.STATUS not in cells
    assert cells[Field.REMARK] == "Écrivez-le."


def test_documents_are_counted_when_they_were_asked_for() -> None:
    assert owned.wanted(standing(papers_asked=3, papers_done=1), zone=PARIS)[Field.DOCUMENTS] == "1/3 documents"
    assert owned.wanted(standing(), zone=PARIS)[Field.DOCUMENTS] is None


def test_what_a_message_needs_and_cannot_have_is_said_beside_its_row() -> None:
    remark = owned.wanted(standing(verdict="blocked", blockers=("attachment",)), zone=PARIS)[Field.REMARK]
    assert "Lien PDF" in str(remark)
    assert owned.wanted(standing(verdict="wait", blockers=("not_yet",)), zone=PARIS)[Field.REMARK] == ""
