"""Two sample ledgers to practise with: every row shows one thing, and its `Notes` cell says which.

People are invented; their numbers come from ranges kept for fiction. Amounts are in euros unless a cell says otherwise.
`STORY_…` names the people of `relance demo --story`.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from relance.domain import phone
from relance.domain.errors import CellRejected
from relance.domain.receivable import Kind
from relance.ledger_sync import blueprint
from relance.ledger_sync.blueprint import Tab

WORKBOOK = "relance-demo"
VOYAGE_TAB, FACTURE_TAB = "Voyages", "Factures"

STORY_TRAVELLER = "Camille Roussel"
STORY_TRAVELLER_PHONE = "+33639980110"
STORY_DESTINATION = "Lisbonne"
STORY_CLIENT = "Atelier Brun"
STORY_CLIENT_PHONE = "+33639980120"
STORY_INVOICE = "INV-2026-001"

Row = list[Any]

VOYAGE_HEADER = [
    "Réf.", "Nom du client", "Numéro WhatsApp", "Destination", "Date de voyage", "Valeur totale du forfait",
    "Montant versé", "Solde à payer", "Date d'échéance du paiement", "Statut du paiement", "Lien de paiement",
    "Voyageurs", "Billets reçus", "Discret", "Documents", "Dernier rappel", "Prochaine action",
    "Date prochaine action", "Remarque", "Notes",
]  # fmt: skip
FACTURE_HEADER = [
    "Réf.", "Nom du client", "Numéro de téléphone", "Numéro de facture", "Montant de la facture", "Date d'échéance",
    "Statut du paiement", "Lien de paiement", "Langue", "Dernier rappel", "Prochaine action", "Date prochaine action",
    "Remarque", "Notes",
]  # fmt: skip
VOYAGE_STATUSES = ["En attente", "Relancé", "À vérifier", "Payé", "Litige", "Annulé"]
FACTURE_STATUSES = ["En attente", "Relancé", "En retard", "À vérifier", "Payé", "Litige", "Annulé"]
TEXT = {"type": "TEXT", "pattern": "@"}
AMOUNT = {"type": "NUMBER", "pattern": "#,##0.00"}
DAY = {"type": "DATE", "pattern": "yyyy-mm-dd"}
SHAPES = {
    VOYAGE_TAB: {"Numéro WhatsApp": TEXT, "Date de voyage": DAY, "Date d'échéance du paiement": DAY}
    | dict.fromkeys(("Valeur totale du forfait", "Montant versé", "Solde à payer"), AMOUNT),
    FACTURE_TAB: {"Numéro de téléphone": TEXT, "Montant de la facture": AMOUNT, "Date d'échéance": DAY},
}


def voyage_rows(today: date) -> list[Row]:
    """Header first. A row leaves the columns that the product writes empty."""

    def in_days(count: int) -> date:
        return today + timedelta(days=count)

    return [
        list(VOYAGE_HEADER),
        _trip((STORY_TRAVELLER, "+33 6 39 98 01 10"), STORY_DESTINATION, in_days(30), (1890, 600, 1290),
             "Départ dans 30 jours : premier rappel tout de suite, le suivant à 15 jours du départ"),
        _trip(("Nadia Ferrand", "+33 6 39 98 01 11"), "Marrakech", in_days(60), (2450, 2450, 0),
             "Déjà payé quand le classeur est arrivé : aucun message", Statut_du_paiement="Payé"),
        _trip(("Hugo Delmas", "06 39 98 01 12"), "Reykjavik", in_days(31), (3200, 1200, ""),
             "Versement partiel, solde laissé vide : il est calculé ; numéro écrit à la française"),
        _trip(("Inès Caron", "06 12"), "Séville", in_days(28), (980, 0, 980),
             "Numéro incomplet : ligne retenue, la remarque dit comment l'écrire"),
        _trip(("Paul Vasseur", "+33 6 39 98 01 13"), "Naples", in_days(29), ("mille deux", 0, ""),
             "Montant en toutes lettres : ligne retenue"),
        _trip(("Léa Morin", "+33 6 39 98 01 14"), "Athènes", "bientôt", (1150, 150, 1000),
             "Date illisible : ligne retenue"),
        _trip(("Omar Benali", "+33 6 39 98 01 15"), "Porto", in_days(20), ("1 234,56 €", "234,56 €", "1 000,00 €"),
             "Réservation tardive, à 20 jours : un seul message, pas deux ; montants écrits en texte"),
        _trip(("Sophie Lambert", "+33 6 39 98 01 16"), "Kyoto", in_days(120), (5400, 1000, 4400),
             "Départ lointain : rien avant 30 jours du départ", Voyageurs=2),
        _trip(("Julien Petit", "+33 6 39 98 01 17"), "Dublin", in_days(25), (760, 0, 760),
             "Deux dossiers de la même personne : un seul message pour les deux"),
        _trip(("Julien Petit", "+33 6 39 98 01 17"), "Édimbourg", in_days(27), (840, 100, 740),
             "Deux dossiers de la même personne : un seul message pour les deux"),
        _trip(("Claire Aubry", "+33 6 39 98 01 18"), "Venise", in_days(26), (1640, 400, 1240),
             "Discret : le message ne dit pas le montant", Discret="oui"),
        _trip(("Ananya Rao", 919876543210), "Paris", in_days(29), ("'₹1,50,000", "'₹50,000", "'₹1,00,000"),
             "Cliente en Inde : montants en roupies, heures de son fuseau ; le « + » du numéro a disparu",
             Billets_reçus="oui"),
    ]  # fmt: skip


def facture_rows(today: date) -> list[Row]:
    """Header first. A row leaves the columns that the product writes empty."""

    def in_days(count: int) -> date:
        return today + timedelta(days=count)

    return [
        list(FACTURE_HEADER),
        _invoice((STORY_CLIENT, "+33 6 39 98 01 20"), STORY_INVOICE, 1450, in_days(7),
                "Échéance dans 7 jours : premier rappel tout de suite"),
        _invoice(("Garage Lenoir", "+33 6 39 98 01 21"), "INV-2026-002", 890.5, in_days(-1),
                "Échue hier : on entre dans la suite au deuxième rappel"),
        _invoice(("Studio Vidal", "+33 6 39 98 01 22"), "INV-2026-003", 2300, in_days(40),
                "Échéance dans 40 jours : rien pour l'instant"),
        _invoice(("Meera Traders", "+919876543211"), "INV-2026-004", "'₹15 000", in_days(7),
                "Cliente en Inde, en roupies et en anglais", Langue="en"),
        _invoice(("Librairie Morel", "+33 6 39 98 01 23"), "INV-2026-005", 320, in_days(-20),
                "Déjà payée quand le classeur est arrivé : aucun message", Statut_du_paiement="Payé"),
        _invoice(("Menuiserie Roy", "+33 6 39 98 01 24"), "INV-2026-006", 4150, in_days(-11),
                "En retard : dernier rappel seulement, les deux autres sont sautés", Statut_du_paiement="En retard"),
        _invoice(("Café du Port", "+33 6 39 98 01 25"), "INV-2026-007", "'1,234", in_days(3),
                "Montant ambigu (mille deux cents ou un virgule deux ?) : ligne retenue"),
        _invoice(("Ferme Bastide", ""), "INV-2026-008", 610, in_days(6),
                "Numéro absent : ligne retenue"),
        _invoice(("Optique Garnier", "+33 6 39 98 01 26"), "INV-2026-009", 275, "31/02/2027",
                "Date qui n'existe pas : ligne retenue"),
        _invoice(("Harbour Books", "+44 7700 900123"), "INV-2026-010", "'£1,080.00", in_days(7),
                "Client au Royaume-Uni, en livres et en anglais", Langue="en"),
        _invoice(("Fleurs Royer", "+33 6 39 98 01 27"), "INV-2026-011", 150, in_days(2),
                "Litige noté à la main : aucun rappel", Statut_du_paiement="Litige"),
        _invoice(("Cycles Perrin", "+33 6 39 98 01 28"), "INV-2026-012", "", in_days(8),
                "Montant vide : ligne retenue"),
    ]  # fmt: skip


def people(today: date) -> dict[str, str]:
    """E.164 number → name, of every row whose number can be read."""
    found = {}
    for row in (*voyage_rows(today)[1:], *facture_rows(today)[1:]):
        try:
            found[phone.parse(row[2], "FR")] = str(row[1])
        except CellRejected:
            continue
    return found


def _trip(
    person: tuple[str, Any], destination: str, departs: Any, money: tuple[Any, ...], note: str, **more: Any
) -> Row:
    cells = (*person, destination, departs, *money)
    filled = dict(zip(VOYAGE_HEADER[1:8], cells, strict=True))
    filled |= {"Statut du paiement": "En attente", "Voyageurs": 1, "Billets reçus": "non", "Notes": note}
    filled["Lien de paiement"] = f"https://paiement.example/voyage-{departs}" if isinstance(departs, date) else ""
    filled |= {key.replace("_", " "): value for key, value in more.items()}
    return [filled.get(header, "") for header in VOYAGE_HEADER]


def _invoice(person: tuple[str, Any], number: str, amount: Any, due: Any, note: str, **more: Any) -> Row:
    filled = dict(zip(FACTURE_HEADER[1:6], (*person, number, amount, due), strict=True))
    filled |= {"Statut du paiement": "En attente", "Notes": note}
    filled["Lien de paiement"] = f"https://paiement.example/{number.lower()}"
    filled |= {key.replace("_", " "): value for key, value in more.items()}
    return [filled.get(header, "") for header in FACTURE_HEADER]


def tabs() -> tuple[Tab, ...]:
    """Both ledgers, and the tabs that `relance init-sheet` puts beside them."""
    return blueprint.workbook(((VOYAGE_TAB, Kind.VOYAGE), (FACTURE_TAB, Kind.FACTURE)))


def workbooks(today: date) -> list[dict[str, Any]]:
    """What `POST /control/workbook` of the sandbox Google takes: one workbook, a tab per kind of ledger."""
    tabs = []
    for title, rows, statuses in _tabs(today):
        typed = [[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in rows]
        choices = {"Statut du paiement": statuses}
        tabs.append({"title": title, "rows": typed, "formats": SHAPES[title], "choices": choices})
    return [
        {
            "id": WORKBOOK,
            "title": "Agence Démo",
            "locale": "fr_FR",
            "timeZone": "Europe/Paris",
            "tabs": tabs,
            "share": [],
        }
    ]


def write_xlsx(path: Path, today: date) -> None:
    """The same two tabs as a local workbook."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows, statuses in _tabs(today):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([cell.removeprefix("'") if isinstance(cell, str) else cell for cell in row])
        _dress(sheet, rows[0], statuses)
    book.save(path)


def _tabs(today: date) -> list[tuple[str, list[Row], list[str]]]:
    return [
        (VOYAGE_TAB, voyage_rows(today), VOYAGE_STATUSES),
        (FACTURE_TAB, facture_rows(today), FACTURE_STATUSES),
    ]


def _dress(sheet: Worksheet, header: Row, statuses: list[str]) -> None:
    sheet.freeze_panes = "B2"
    for index, name in enumerate(header, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = max(12, len(name) + 2)
        sheet[f"{letter}1"].font = Font(bold=True)
        sheet[f"{letter}1"].fill = PatternFill("solid", fgColor="DDEBE4")
        shape = SHAPES[sheet.title].get(name)
        if shape:
            for row in range(2, sheet.max_row + 1):
                sheet[f"{letter}{row}"].number_format = shape["pattern"]
        if name == "Statut du paiement":
            choices = DataValidation(type="list", formula1='"' + ",".join(statuses) + '"', allow_blank=True)
            choices.add(f"{letter}2:{letter}{sheet.max_row + 200}")
            sheet.add_data_validation(choices)
