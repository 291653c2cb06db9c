"""What could go with a reminder: the invoice, and a picture that fills the customer's transfer by itself."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import segno

from relance.domain import payment_code, wording
from relance.domain.enclosure import Kind
from relance.domain.errors import Refused
from relance.domain.standing import Case
from relance.scheduler import invoices, values
from relance.scheduler.settings import Rules
from relance.store.attachments import Made

INVOICE_COLUMNS = frozenset(map(wording.fold, ("Lien PDF", "PDF", "PDF link", "Facture PDF")))
# EPC069-12: larger, and telephones of the time could not read it.
LARGEST_VERSION = 13


async def made(
    kind: Kind, case: Case, rules: Rules, *, is_allowed: Callable[[str], bool] = invoices.is_public
) -> Made | None:
    """None when nothing is given to make it from, or the row wants discretion. Raises Refused, Unavailable."""
    if rules.scheduler_discreet or values.wants_discretion(case):
        return None
    return await invoice(case, rules, is_allowed=is_allowed) if kind is Kind.PDF else code(case, rules)


async def invoice(case: Case, rules: Rules, *, is_allowed: Callable[[str], bool] = invoices.is_public) -> Made | None:
    """The PDF that the row names, by link or by file; None when it names none. Raises Refused, Unavailable."""
    cells = case.receivable.fields.items()
    named = next((cell.strip() for header, cell in cells if wording.fold(header) in INVOICE_COLUMNS), "")
    if not named:
        return None
    if wording.link(named):
        body = await invoices.fetched(named, is_allowed=is_allowed)
    elif rules.scheduler_invoices_dir is not None:
        body = invoices.read(rules.scheduler_invoices_dir, named)
    else:
        raise Refused(f"« {named[:40]} » n'est pas un lien, et RELANCE_SCHEDULER_INVOICES_DIR ne donne pas de dossier")
    return Made(Kind.PDF, "application/pdf", f"{_file_stem(case)}.pdf", body)


def code(case: Case, rules: Rules) -> Made | None:
    """A payment code for what is left; none for a row whose messages name no amount. Raises Refused."""
    row = case.receivable
    if row.balance is None or rules.scheduler_discreet or values.wants_discretion(case):
        return None
    said = payment_code.payload(rules.payee(case.firm), row.balance, wording.neutral(row.label) or row.key)
    return None if said is None else Made(Kind.PAYMENT_CODE, "image/png", "paiement.png", picture(said))


def picture(payload: str) -> bytes:
    """A PNG with the error correction and the margin that the standard asks for."""
    made = segno.make(payload, error="m", boost_error=False, micro=False, encoding="utf-8")
    # Never a micro code, whose versions are letters.
    if int(made.version) > LARGEST_VERSION:
        raise Refused("le code de paiement porte trop de texte pour être lu par tous les téléphones")
    out = io.BytesIO()
    made.save(out, kind="png", scale=8, border=4)
    return out.getvalue()


def _file_stem(case: Case) -> str:
    """The number of the invoice, as far as every telephone's file names take it."""
    return re.sub(r"[^\w.-]+", "-", case.receivable.label).strip("-.")[:60] or case.receivable.key
