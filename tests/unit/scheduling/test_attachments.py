from __future__ import annotations

from dataclasses import replace

import pytest

from relance.domain.enclosure import Kind
from relance.domain.errors import Refused, SettingsRejected
from relance.scheduler import attachments
from relance.scheduler.settings import Rules, SchedulerSettings
from tests.unit.scheduling.cases import facture

IBAN = "FR7630006000011234567890189"
PNG = b"\x89PNG\r\n\x1a\n"


def with_cells(case, **cells):
    return replace(case, receivable=replace(case.receivable, fields=cells))


def test_a_payment_code_is_a_picture_of_what_is_left():
    made = attachments.code(facture(2), Rules(scheduler_payee_iban=IBAN))
    assert made is not None
    assert made.body.startswith(PNG)
    assert made.mime == "image/png"


def test_no_account_or_a_row_that_wants_discretion_has_no_payment_code():
    assert attachments.code(facture(2), Rules()) is None
    assert attachments.code(with_cells(facture(2), Discret="oui"), Rules(scheduler_payee_iban=IBAN)) is None


def test_a_code_that_old_telephones_could_not_read_is_refused():
    with pytest.raises(Refused, match="trop de texte"):
        attachments.picture("x" * 400)


async def test_an_invoice_is_named_by_link_or_by_file(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    rules = Rules(scheduler_invoices_dir=tmp_path)
    assert await attachments.invoice(facture(2), rules) is None
    made = await attachments.invoice(with_cells(facture(2), **{"Lien PDF": "a.pdf"}), rules)
    assert made is not None
    assert made.body == b"%PDF-1.4"
    with pytest.raises(Refused, match="adresse privée"):
        await attachments.invoice(with_cells(facture(2), **{"lien pdf": "http://10.1.2.3/a.pdf"}), rules)
    with pytest.raises(Refused, match="pas un lien"):
        await attachments.invoice(with_cells(facture(2), PDF="a.pdf"), Rules())


def test_a_key_that_is_none_stops_the_service_and_none_at_all_joins_nothing():
    given = {"database_url": "postgresql://x", "broker_url": "amqp://x"}
    assert SchedulerSettings(**given).sealing_key() is None
    with pytest.raises(SettingsRejected, match="RELANCE_ATTACHMENT_KEY"):
        SchedulerSettings(**given, attachment_key="court").sealing_key()


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("INV-2026-001", "INV-2026-001.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("F 12/26 : été", "F-12-26-été.pdf"),
    ],
)
async def test_the_file_is_called_as_its_invoice_and_names_no_folder(tmp_path, label, name):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    case = with_cells(facture(2, label=label), PDF="a.pdf")
    made = await attachments.made(Kind.PDF, case, Rules(scheduler_invoices_dir=tmp_path))
    assert made is not None
    assert made.file_name == name
