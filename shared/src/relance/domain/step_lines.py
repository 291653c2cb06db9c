"""One step of a sequence as an owner writes it in a table, in French words, read into the mapping of `notation`.

What the text itself implies (its purpose, how long it stays true, whether it may come first) is taken from the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from relance.domain import dates, steps, wording
from relance.domain.enclosure import Kind as Enclosed
from relance.domain.enclosure import Need
from relance.domain.errors import CellRejected
from relance.domain.receivable import Kind
from relance.domain.steps import Anchor, Check, Mode, Purpose, Step


class Column(StrEnum):
    """The values are the headers."""

    STEP = "Étape"
    SEQUENCE = "Suite"
    ANCHOR = "Compté depuis"
    OFFSET = "Décalage"
    TEXT = "Texte"
    CONDITION = "Condition"
    REPEAT = "Répéter"
    ATTACHMENT = "Pièce jointe"
    APPROVAL = "Accord"


class LineRejected(CellRejected):
    """`column` is the cell that is wrong."""

    def __init__(self, column: Column, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column


Line = Mapping[Column, object]
Written = dict[str, object]

EXAMPLE = "Exemple"
_KINDS = {"facture": Kind.FACTURE, "factures": Kind.FACTURE, "voyage": Kind.VOYAGE, "voyages": Kind.VOYAGE}
_ANCHORS = {
    "echeance": Anchor.DUE, "depart": Anchor.DEPARTURE, "etape precedente": Anchor.PREVIOUS,
    "paiement": Anchor.PAID, "demande de documents": Anchor.DOCUMENTS,
}  # fmt: skip
_FORWARD = frozenset({Anchor.PREVIOUS, Anchor.PAID, Anchor.DOCUMENTS})
_APPROVALS = {"": None, "non": None, "oui": Mode.APPROVE, "une personne": Mode.TASK, "personne": Mode.TASK}
_ATTACHED = {"facture": Enclosed.PDF, "code de paiement": Enclosed.PAYMENT_CODE}
_UNIT = r"(?P<unit>j|jours?|h|heures?|semaines?)"
_SIGNED = re.compile(rf"(?P<sign>[+-])\s*(?P<count>\d{{1,3}})\s*{_UNIT}|j\s*(?P<jsign>[+-])\s*(?P<jcount>\d{{1,3}})")
_SPOKEN = re.compile(rf"(?P<count>\d{{1,3}})\s*{_UNIT}(?:\s+(?P<side>avant|apres))?")
_REPEAT = re.compile(rf"(?P<times>\d{{1,2}}) fois(?:,? tou(?:te)?s les (?P<count>\d{{1,3}}) {_UNIT})?")
_COMPARED = re.compile(r"(?P<column>[^=≠<>!]+?)\s*(?P<sign>=|≠|<>|!=)\s*(?P<values>.+)")
_FILLED = re.compile(r"(?P<column>.+?)\s+(?:est\s+)?(?P<word>vide|remplie?)", re.IGNORECASE)
_OR = re.compile(r"\s+ou\s+", re.IGNORECASE)


def is_example(line: Line) -> bool:
    return _plain(line, Column.SEQUENCE) == EXAMPLE.casefold()


def kind_of(line: Line) -> Kind:
    """Which sequence the line is a step of. Raises LineRejected, like every reading here."""
    word = _plain(line, Column.SEQUENCE)
    if word not in _KINDS:
        shown = _text(line, Column.SEQUENCE)[:30]
        raise LineRejected(Column.SEQUENCE, f"« {shown} » n'est pas une suite : écrivez Facture ou Voyage.")
    return _KINDS[word]


def read(line: Line, texts: Mapping[str, str]) -> Written:
    """`texts`: names of the texts by folded label. What the steps before it imply is for `notation` to say."""
    kind = kind_of(line)
    mode = _mode(line)
    name = _name(line)
    text = _shipped_text(line, name, kind, texts=texts, is_needed=mode is not Mode.TASK)
    since = _anchor(line, kind, text)
    anchor = Anchor(str(since["anchor"]))
    offset = _offset(line, anchor)
    written: Written = {"name": name, "mode": mode.value, "offset": offset, "keeps_offset": True, **since}
    written |= _repeat(line, text) | _attachment(line) | _implied(text, anchor)
    conditions = [_condition(part) for part in _text(line, Column.CONDITION).split(";") if part.strip()]
    if conditions:
        written["when"] = conditions
    _refuse_side(text, anchor, offset)
    _refuse_untrue(text, anchor, offset)
    return written


def _text(line: Line, column: Column) -> str:
    cell = line.get(column)
    # A composed « ≠ » must not read as « = ».
    return "" if cell is None else unicodedata.normalize("NFC", str(cell)).strip()


def _plain(line: Line, column: Column) -> str:
    return wording.fold(_text(line, column).replace("−", "-").replace("–", "-"))


def _name(line: Line) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", _plain(line, Column.STEP)).strip("_")
    if not name or not name[0].isalpha() or not 2 <= len(name) <= 60:
        raise LineRejected(
            Column.STEP,
            f"« {_text(line, Column.STEP)[:30]} » ne nomme pas l'étape : un nom court, sans chiffre devant.",
        )
    return name


def _shipped_text(line: Line, name: str, kind: Kind, *, texts: Mapping[str, str], is_needed: bool) -> Step | None:
    """The ready-made step whose text this one writes."""
    label = _plain(line, Column.TEXT)
    found = steps.BY_NAME.get(texts.get(label, label) if label else name)
    if found is not None and found in steps.SEQUENCES[kind].steps:
        return found
    if not label and not is_needed:
        return None
    known = ", ".join(f"« {step.name} »" for step in steps.SEQUENCES[kind].steps)
    shown = _text(line, Column.TEXT)[:40]
    raise LineRejected(
        Column.TEXT, f"« {shown} » n'est pas un texte de cette suite : écrivez son nom de l'onglet Modèles, ou {known}."
    )


def _anchor(line: Line, kind: Kind, text: Step | None) -> Written:
    word = _plain(line, Column.ANCHOR).removeprefix("l'").removeprefix("la ").removeprefix("le ")
    if word not in _ANCHORS:
        try:
            on = dates.parse(line.get(Column.ANCHOR))
        except CellRejected:
            raise LineRejected(
                Column.ANCHOR,
                f"« {_text(line, Column.ANCHOR)[:30]} » ne convient pas : écrivez échéance, départ, étape précédente,"
                " paiement, demande de documents, ou une date.",
            ) from None
        return {"anchor": Anchor.FIXED.value, "on": on.isoformat()}
    anchor = _ANCHORS[word]
    if anchor is Anchor.DEPARTURE and kind is Kind.FACTURE:
        raise LineRejected(Column.ANCHOR, "une facture n'a pas de départ : écrivez échéance.")
    is_payment = text is None or text.purpose is Purpose.PAYMENT
    if is_payment and anchor in {Anchor.PAID, Anchor.DOCUMENTS}:
        raise LineRejected(Column.ANCHOR, "un rappel de paiement ne part ni du paiement ni des documents.")
    if text is not None and not is_payment and anchor is not text.anchor:
        wanted = next(name for name, one in _ANCHORS.items() if one is text.anchor)
        raise LineRejected(Column.ANCHOR, f"ce texte se compte depuis « {wanted} ».")
    return {"anchor": anchor.value}


def _offset(line: Line, anchor: Anchor) -> str:
    word = _plain(line, Column.OFFSET)
    if word in {"", "0", "le jour meme", "jour meme"}:
        return "0d"
    if match := _SIGNED.fullmatch(word):
        sign, count = match["sign"] or match["jsign"], int(match["count"] or match["jcount"])
        return ("-" if sign == "-" else "") + _span(count, match["unit"] or "j")
    match = _SPOKEN.fullmatch(word)
    if match is None or (match["side"] is None and anchor not in _FORWARD):
        shown = _text(line, Column.OFFSET)[:30]
        raise LineRejected(
            Column.OFFSET, f"« {shown} » ne convient pas : écrivez « 5 jours avant », « 2 jours après » ou « J+7 »."
        )
    return ("-" if match["side"] == "avant" else "") + _span(int(match["count"]), match["unit"])


def _span(count: int, unit: str) -> str:
    if unit.startswith("h"):
        return f"{count}h"
    return f"{7 * count if unit.startswith('semaine') else count}d"


def _repeat(line: Line, text: Step | None) -> Written:
    word = _plain(line, Column.REPEAT)
    is_payment = text is None or text.purpose is Purpose.PAYMENT
    usual = 1 if text is None else text.cycles
    if word in {"", "non", "une fois", "1 fois"}:
        return {} if is_payment else {"times": usual}
    if not is_payment and usual == 1:
        raise LineRejected(Column.REPEAT, "ce texte ne part qu'une fois : laissez la cellule vide.")
    match = _REPEAT.fullmatch(word)
    is_paced = match is not None and int(match["count"] or 0) > 0 and not match["unit"].startswith("h")
    if match is None or not 1 <= int(match["times"]) <= 10 or (is_payment and not is_paced):
        raise LineRejected(
            Column.REPEAT,
            f"« {_text(line, Column.REPEAT)[:30]} » ne convient pas : écrivez par exemple « 3 fois tous les 7 jours ».",
        )
    every = {"every": _span(int(match["count"]), match["unit"])} if match["count"] else {}
    return {"times": int(match["times"]), **every}


def _condition(part: str) -> Written:
    if match := _COMPARED.fullmatch(part.strip()):
        check = Check.IS if match["sign"] == "=" else Check.IS_NOT
        return {"column": match["column"].strip(), check.value: _OR.split(match["values"].strip())}
    if match := _FILLED.fullmatch(part.strip()):
        check = Check.EMPTY if match["word"].casefold() == "vide" else Check.FILLED
        return {"column": match["column"], check.value: True}
    raise LineRejected(
        Column.CONDITION,
        f"« {part.strip()[:40]} » ne convient pas : écrivez « Type = Groupe ou Séminaire », « Type ≠ Groupe »,"
        " « Acompte vide » ou « Acompte rempli » ; un point-virgule entre deux conditions.",
    )


def _attachment(line: Line) -> Written:
    word = _plain(line, Column.ATTACHMENT).removeprefix("la ").removeprefix("le ")
    if word in {"", "rien", "non"}:
        return {}
    plain = word.removesuffix(" si possible")
    if plain not in _ATTACHED:
        raise LineRejected(
            Column.ATTACHMENT,
            f"« {_text(line, Column.ATTACHMENT)[:30]} » ne convient pas : écrivez « rien », « facture » ou"
            " « code de paiement », suivi de « si possible » pour que le texte parte aussi sans elle.",
        )
    need = Need.REQUIRED if plain == word else Need.WHEN_GIVEN
    return {"attachment": _ATTACHED[plain].value, "without_attachment": need.value}


def _mode(line: Line) -> Mode:
    word = _plain(line, Column.APPROVAL)
    if word not in _APPROVALS:
        raise LineRejected(
            Column.APPROVAL,
            f"« {_text(line, Column.APPROVAL)[:30]} » ne convient pas : écrivez « non », « oui » (part après votre"
            " accord) ou « une personne » (quelqu'un le fait, rien ne part).",
        )
    return _APPROVALS[word] or Mode.AUTOMATIC


def _implied(text: Step | None, anchor: Anchor) -> Written:
    if text is None:
        return {}
    implied: Written = {"template": text.name, "purpose": text.purpose.value, "entry": text.is_entry}
    if text.true_until_days is not None and text.anchor is anchor:
        implied["true_until_days"] = text.true_until_days
    return implied


def _refuse_side(text: Step | None, anchor: Anchor, offset: str) -> None:
    is_before, is_same_day = offset.startswith("-"), offset.startswith("0")
    is_payment = text is None or text.purpose is Purpose.PAYMENT
    if anchor is Anchor.DEPARTURE and not is_before:
        raise LineRejected(Column.OFFSET, "après le départ rien ne part : écrivez par exemple « 20 jours avant ».")
    if anchor in _FORWARD and (is_before or (is_payment and is_same_day)):
        raise LineRejected(Column.OFFSET, "cette étape vient après : écrivez par exemple « 7 jours après ».")


def _refuse_untrue(text: Step | None, anchor: Anchor, offset: str) -> None:
    """A text that speaks of a due date to come is not sent once it has passed, nor the other way round."""
    if text is None or text.purpose is not Purpose.PAYMENT or text.anchor is not Anchor.DUE:
        return
    announces = text.true_until_days is not None
    if announces and anchor is not Anchor.DUE:
        raise LineRejected(Column.TEXT, "ce texte annonce l'échéance : comptez l'étape depuis « échéance ».")
    is_before, is_same_day = offset.startswith("-"), offset.startswith("0")
    if announces and not (is_before or is_same_day):
        raise LineRejected(Column.OFFSET, "ce texte annonce l'échéance : il ne part pas après elle.")
    if not announces and anchor is Anchor.DUE and (is_before or is_same_day):
        raise LineRejected(Column.OFFSET, "ce texte parle d'une échéance passée : il ne part pas avant elle.")
