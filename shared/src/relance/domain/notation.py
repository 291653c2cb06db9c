"""Sequences as people and tables write them: the mapping of a TOML file or of a stored row, to and from the types.

    kind = "facture"
    [[step]]
    name = "facture_1"
    anchor = "due"
    offset = "-7d"

Every refusal is a SettingsRejected whose sentence names the step and what to write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from relance.domain import checks, enclosure, steps
from relance.domain.enclosure import Enclosure, Need
from relance.domain.errors import SettingsRejected
from relance.domain.receivable import Kind
from relance.domain.steps import DAY, Anchor, Check, Condition, End, Mode, Purpose, Step

Choice = TypeVar("Choice", bound=StrEnum)

_NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")
_SPAN = re.compile(r"([+-]?)\s*(\d{1,4})\s*([dhj])")
_STEP_KEYS = frozenset({
    "name", "purpose", "anchor", "offset", "on", "template", "mode", "entry", "true_until_days", "times", "every",
    "when", "attachment", "without_attachment", "keeps_offset",
})  # fmt: skip
MOST_STEPS, MOST_TIMES = 12, 10
REQUEST_TEMPLATE = "voyage_documents"


def from_mapping(written: Mapping[str, object], *, version: int = 0) -> steps.Sequence:
    """Read one sequence; raises SettingsRejected."""
    kind = _choice(Kind, written.get("kind"), "kind")
    listed = written.get("step")
    if not isinstance(listed, Sequence) or not listed or len(listed) > MOST_STEPS:
        raise SettingsRejected(f"une suite a de 1 à {MOST_STEPS} étapes [[sequence.step]]")
    found = tuple(_step(one) for one in listed)
    _refuse_disorder(kind, found)
    rhythm = None if "check" not in written else checks.parse(str(written["check"]))
    return steps.Sequence(kind, found, version, _choice(End, written.get("end", End.TELL), "end"), rhythm)


def to_mapping(sequence: steps.Sequence) -> dict[str, object]:
    """What `from_mapping` reads back to an equal sequence; made of JSON's own types."""
    listed = [{key: value for key, value in _written(step).items() if value is not None} for step in sequence.steps]
    head = {"kind": sequence.kind.value, "end": sequence.end.value}
    rhythm = {} if sequence.checks is None else {"check": checks.text(sequence.checks)}
    return {**head, **rhythm, "step": listed}


def _written(step: Step) -> dict[str, object]:
    return {
        "name": step.name,
        "purpose": step.purpose.value,
        "anchor": step.anchor.value,
        "offset": _hours_text(step.offset) if step.in_hours else span_text(step.offset),
        "on": step.on.isoformat() if step.on else None,
        "template": step.text or None,
        "mode": step.mode.value,
        "entry": step.is_entry,
        "true_until_days": step.true_until_days,
        "times": step.cycles,
        "every": span_text(step.every) if step.every else None,
        "when": [_condition_written(condition) for condition in step.conditions] or None,
        "attachment": step.enclosure.kind.value if step.enclosure else None,
        "without_attachment": step.enclosure.need.value if step.enclosure else None,
        "keeps_offset": step.keeps_offset or None,
    }


def _condition_written(condition: Condition) -> dict[str, object]:
    return {"column": condition.column, "check": condition.check.value, "values": list(condition.values)}


def span(text: object, place: str) -> timedelta:
    """`-7d`, `+48h`, `10j`; days are civil days, hours pass."""
    match = _SPAN.fullmatch(str(text).strip())
    if match is None:
        raise SettingsRejected(f"{place} : « {text} » n'est pas une durée ; écrivez par exemple -7d, +10d ou 48h")
    count = int(match[2]) * (-1 if match[1] == "-" else 1)
    return timedelta(hours=count) if match[3] == "h" else timedelta(days=count)


def span_text(value: timedelta) -> str:
    return f"{value // DAY}d" if value % DAY == timedelta(0) else _hours_text(value)


def _hours_text(value: timedelta) -> str:
    return f"{value // timedelta(hours=1)}h"


def _step(written: object) -> Step:
    if not isinstance(written, Mapping):
        raise SettingsRejected("une étape est un bloc [[sequence.step]]")
    name = str(written.get("name", ""))
    if not _NAME.fullmatch(name):
        raise SettingsRejected(f"« {name} » ne convient pas comme nom d'étape : minuscules, chiffres et _")
    place = f"étape {name}"
    unknown = sorted(set(written) - _STEP_KEYS)
    if unknown:
        raise SettingsRejected(f"{place} : « {unknown[0]} » n'existe pas ; connus : {', '.join(sorted(_STEP_KEYS))}")
    anchor = _choice(Anchor, written.get("anchor"), place)
    true_until = _count(written.get("true_until_days"), place, low=-365, high=365)
    if true_until is None and anchor is Anchor.DEPARTURE:
        true_until = -1  # nobody is reminded of a trip that has left
    return Step(
        name=name,
        purpose=_choice(Purpose, written.get("purpose", Purpose.PAYMENT), place),
        anchor=anchor,
        offset=span(written.get("offset", "0d"), place),
        true_until_days=true_until,
        is_entry=_flag(written.get("entry", True), place),
        cycles=_count(written.get("times", 1), place, low=1, high=MOST_TIMES) or 1,
        every=span(written.get("every", "0d"), place),
        in_hours=anchor is Anchor.PREVIOUS and str(written.get("offset", "")).strip().endswith("h"),
        on=_date(written.get("on"), place),
        mode=_choice(Mode, written.get("mode", Mode.AUTOMATIC), place),
        conditions=tuple(_condition(one, place) for one in _list(written.get("when"), place)),
        text=str(written.get("template", "")),
        enclosure=_enclosure(written, place),
        keeps_offset=_flag(written.get("keeps_offset", False), place),
    )


def _enclosure(written: Mapping[str, object], place: str) -> Enclosure | None:
    need = _choice(Need, written.get("without_attachment", Need.REQUIRED), place)
    if "attachment" not in written:
        if "without_attachment" in written:
            raise SettingsRejected(f"{place} : without_attachment va avec attachment")
        return None
    return Enclosure(_choice(enclosure.Kind, written["attachment"], place), need)


def _condition(written: object, place: str) -> Condition:
    """`{column = "Type", is = "Groupe"}`, `is_not`, `filled = true`, `empty = true`, or the stored form."""
    if not isinstance(written, Mapping) or not str(written.get("column", "")).strip():
        raise SettingsRejected(f'{place} : une condition nomme une colonne, par exemple column = "Type"')
    column = str(written["column"])
    if "check" in written:
        values = tuple(str(value) for value in _list(written.get("values"), place))
        return Condition(column, _choice(Check, written["check"], place), values)
    found = [check for check in Check if check.value in written]
    if len(found) != 1:
        raise SettingsRejected(f"{place}, colonne « {column} » : écrivez un seul de is, is_not, empty, filled")
    given = written[found[0].value]
    values = () if found[0] in {Check.EMPTY, Check.FILLED} else tuple(str(v) for v in _list(given, place))
    return Condition(column, found[0], values)


def _refuse_disorder(kind: Kind, found: Sequence[Step]) -> None:
    names = [step.name for step in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingsRejected(f"deux étapes s'appellent « {twice} »")
    ladder = [step for step in found if step.purpose is Purpose.PAYMENT]
    for index, step in enumerate(ladder):
        _refuse_payment_step(kind, step, ladder[index - 1] if index else None)
    for step in found:
        if step.purpose is Purpose.ANSWER:
            raise SettingsRejected(f"étape {step.name} : une réponse n'est pas une étape")
        # The list of papers opens when this text has left: another would ask for nothing.
        if step.purpose is Purpose.DOCUMENTS and step.cycles == 1 and step.template != REQUEST_TEMPLATE:
            raise SettingsRejected(
                f"étape {step.name} : une demande de documents écrit template = '{REQUEST_TEMPLATE}'"
            )


def _refuse_payment_step(kind: Kind, step: Step, before: Step | None) -> None:
    place = f"étape {step.name}"
    if step.anchor in {Anchor.PAID, Anchor.DOCUMENTS}:
        raise SettingsRejected(f"{place} : un rappel de paiement ne part pas de « {step.anchor} »")
    if step.anchor is Anchor.DEPARTURE and kind is not Kind.VOYAGE:
        raise SettingsRejected(f"{place} : une facture n'a pas de départ")
    if step.anchor is Anchor.PREVIOUS and (before is None or step.offset <= timedelta(0)):
        raise SettingsRejected(f"{place} : « previous » suit une autre étape, après un délai, comme offset = '7d'")
    if (step.anchor is Anchor.FIXED) != (step.on is not None):
        raise SettingsRejected(f'{place} : anchor = "fixed" va avec une date, par exemple on = 2026-12-01')
    if step.cycles > 1 and step.every < DAY:
        raise SettingsRejected(f"{place} : une étape répétée dit every, au moins 1d")
    if before is not None and before.anchor is step.anchor is not Anchor.PREVIOUS:
        first = (before.on or date.min, before.offset + (before.cycles - 1) * before.every)
        if (step.on or date.min, step.offset) <= first:
            raise SettingsRejected(f"{place} : elle tombe avant ou avec « {before.name} », qui la précède")


def _choice(kind: type[Choice], text: object, place: str) -> Choice:
    try:
        return kind(str(text))
    except ValueError:
        known = ", ".join(option.value for option in kind)
        raise SettingsRejected(f"{place} : « {text} » n'est pas connu ; écrivez {known}") from None


def _count(value: object, place: str, *, low: int, high: int) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise SettingsRejected(f"{place} : « {value} » n'est pas un nombre entier de {low} à {high}")
    return value


def _flag(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise SettingsRejected(f"{place} : « {value} » n'est ni true ni false")
    return value


def _date(value: object, place: str) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise SettingsRejected(f"{place} : « {value} » n'est pas une date ; écrivez 2026-12-01") from None


def _list(value: object, place: str) -> Sequence[object]:
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    if isinstance(value, str | Mapping):
        return (value,)
    raise SettingsRejected(f"{place} : « {value} » n'est pas une liste")
