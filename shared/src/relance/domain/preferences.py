"""What an owner may set in the *Réglages* tab: each setting's name, how its cell is read, and what it changes.

A cell is read into a canonical text that is kept in the database; `applied` turns the kept texts into the policy that
decisions follow. A setting that is empty or not there leaves the deployment's value.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from relance.domain import accents, calendar, checks, dates, notation
from relance.domain.enclosure import Enclosure, Need
from relance.domain.enclosure import Kind as Enclosed
from relance.domain.errors import CellRejected, SettingsRejected
from relance.domain.receivable import Kind
from relance.domain.steps import BY_NAME, Policy, Sequence

OFFSET = "offset."
WRITTEN = "written_"
NEVER = "never"
NOTHING = "nothing"
_ATTACHED = {"rien": NOTHING, "non": NOTHING, "facture": Enclosed.PDF, "code de paiement": Enclosed.PAYMENT_CODE}
PAID_CLAIM = "paid_claim"
YES = frozenset({"oui", "o", "x", "vrai", "true", "yes", "y", "1"})
NO = frozenset({"non", "n", "faux", "false", "no", "0"})
_DAYS = {"lun": "Mon", "mar": "Tue", "mer": "Wed", "jeu": "Thu", "ven": "Fri", "sam": "Sat", "dim": "Sun"}
_HOUR = re.compile(r"(\d{1,2})\s*(?:h|:)\s*(\d{2})?")
_RULE = re.compile(r"([a-z]+)\.?(?:\s*(?:-|à|a|au)\s*([a-z]+)\.?)?\s+(?:de\s+)?([\dh:]+)\s*(?:-|à|a)\s*([\dh:]+)")

EARLIEST, LATEST = time(6), time(22)

Read = Callable[[object], str]


class ClaimPolicy(StrEnum):
    HOLD = "hold"  # the reminders wait until a person has looked
    PROVIDER = "provider"  # they wait until the payment provider confirms; a person may still overrule
    AUTO = "auto"  # the customer's word is the evidence that the owner chose to trust


CLAIM_WORDS: Mapping[ClaimPolicy, frozenset[str]] = {
    ClaimPolicy.HOLD: frozenset({"verifier", "a verifier", "verify", "hold"}),
    ClaimPolicy.PROVIDER: frozenset({"prestataire", "prestataire de paiement", "provider"}),
    ClaimPolicy.AUTO: frozenset({"automatique", "auto", "automatic"}),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """`shown` is the value a new workbook starts with; `hint` says what may be written there."""

    name: str
    label: str
    shown: str
    hint: str
    read: Read
    kind: Kind | None = None


def applied(policy: Policy, kept: Mapping[str, str]) -> Policy:
    """The policy with the owner's choices; what cannot be read any more (an older release wrote it) changes nothing."""
    for name, text in kept.items():
        try:
            policy = _with(policy, name, text)
        except (ValueError, InvalidOperation, SettingsRejected):
            continue
    return policy


def _with(policy: Policy, name: str, text: str) -> Policy:
    match name:
        case "sequence_voyage" | "sequence_facture":
            kind = {Kind(name.removeprefix("sequence_"))}
            off = policy.sequences_off - kind if text == "yes" else policy.sequences_off | kind
            return replace(policy, sequences_off=frozenset(off))
        case "written_voyage" | "written_facture":
            own = Kind(name.removeprefix(WRITTEN))
            return replace(policy, sequences={**policy.sequences, own: notation.from_mapping(json.loads(text))})
        case "hours":
            return replace(policy, hours=calendar.parse_hours(text))
        case "send_at":
            return replace(policy, send_at=time.fromisoformat(text))
        case "check":
            return replace(policy, checks=checks.parse(text))
        case "attach":
            enclosure = None if text == NOTHING else Enclosure(Enclosed(text), Need.WHEN_GIVEN)
            return replace(policy, enclosure=enclosure)
        case "interval_h":
            return replace(policy, min_interval=timedelta(hours=int(text)))
        case "min_balance":
            return replace(policy, min_balance=Decimal(text))
        case "min_percent":
            return replace(policy, min_percent=Decimal(text))
        case "pilot_only":
            return replace(policy, pilot_only=text == "yes")
    if name.startswith(OFFSET) and name.removeprefix(OFFSET) in BY_NAME:
        step = BY_NAME[name.removeprefix(OFFSET)]
        return replace(policy, offsets={**policy.offsets, step.name: _offset(step.offset, int(text))})
    return policy


def written(kept: Mapping[str, str], kind: Kind) -> Sequence | None:
    """The sequence that the tab holds for ledgers of this kind."""
    text = kept.get(f"{WRITTEN}{kind.value}")
    with contextlib.suppress(ValueError, SettingsRejected):
        return None if text is None else notation.from_mapping(json.loads(text))
    return None


def _offset(shipped: timedelta, count: int) -> timedelta:
    """The owner writes a count; its unit and direction are those of the shipped step."""
    if shipped == timedelta(hours=48):
        return timedelta(hours=count)
    return timedelta(days=-count if shipped < timedelta(0) else count)


def out_of_order(kept: Mapping[str, str]) -> list[str]:
    """Names of offsets that would put a reminder before, or on the day of, the one it follows."""
    full = {setting.name: setting.shown for setting in SETTINGS if setting.name.startswith(OFFSET)} | dict(kept)
    wrong = []
    if int(full[f"{OFFSET}voyage_j15"]) >= int(full[f"{OFFSET}voyage_j30"]):
        wrong.append(f"{OFFSET}voyage_j15")
    if int(full[f"{OFFSET}facture_3"]) <= int(full[f"{OFFSET}facture_2"]):
        wrong.append(f"{OFFSET}facture_3")
    return wrong


def yes_or_no(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    word = _plain(_text(cell))
    if word not in YES | NO:
        raise CellRejected(f"« {_text(cell)[:30]} » n'est ni oui ni non : écrivez oui ou non.")
    return "yes" if word in YES else "no"


def count(low: int, high: int, unit: str) -> Read:
    def read(cell: object) -> str:
        text = _text(cell)
        match = re.fullmatch(r"(\d{1,6})(?:\s*[a-zé/]+)?", text.casefold())
        if match is None or not low <= int(match[1]) <= high:
            raise CellRejected(
                f"« {text[:30]} » ne convient pas : écrivez un nombre entier de {low} à {high} ({unit})."
            )
        return str(int(match[1]))

    return read


def amount(high: int) -> Read:
    def read(cell: object) -> str:
        text = re.sub(r"\s|[%€]", "", _text(cell)).replace(",", ".")
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal(-1)
        if not found.is_finite() or not 0 <= found <= high:
            raise CellRejected(f"« {_text(cell)[:30]} » ne convient pas : écrivez un nombre de 0 à {high}.")
        return format(found.normalize(), "f")

    return read


def percent(cell: object) -> str:
    """A cell with a percent format holds 0.05 for 5 %; a share under 1 % is nobody's minimum."""
    is_share = isinstance(cell, float) and 0 < cell < 1
    return amount(100)(round(cell * 100, 4) if is_share and isinstance(cell, float) else cell)


def hour(cell: object) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell < 1:
        minutes = round(cell * 24 * 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    try:
        return _hour(_text(cell))
    except ValueError:
        raise CellRejected(f"« {_text(cell)[:30]} » n'est pas une heure : écrivez par exemple 09:00.") from None


def hours(cell: object) -> str:
    """`lun-ven 8h-20h, sam 09:00-12:00` as `Mon-Fri 08:00-20:00, Sat 09:00-12:00`; never the whole night."""
    text = _plain(_text(cell))
    try:
        canonical = ", ".join(_rule(part.strip()) for part in re.split(r"[,;]", text) if part.strip())
        windows = calendar.parse_hours(canonical).windows.values()
    except (ValueError, KeyError, SettingsRejected):
        raise CellRejected(
            f"« {_text(cell)[:40]} » n'est pas lisible : écrivez les jours et les heures,"
            " par exemple lun-ven 08:00-20:00, sam 09:00-12:00."
        ) from None
    if any(opens < EARLIEST or closes > LATEST for opens, closes in windows):
        raise CellRejected("Personne n'est dérangé avant 6 h ni après 22 h : choisissez des heures entre les deux.")
    return canonical


def day(cell: object) -> str:
    return dates.parse(cell).isoformat()


def day_kept(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def check(cell: object) -> str:
    found = checks.read(_text(cell))
    if found is None:
        raise CellRejected(
            f"« {_text(cell)[:30]} » ne convient pas : écrivez « en continu », « quotidienne 9h »"
            " ou « hebdomadaire lundi 9h »."
        )
    return found


def attached(cell: object) -> str:
    found = _ATTACHED.get(_plain(_text(cell)).removeprefix("la ").removeprefix("le "))
    if found is None:
        raise CellRejected(
            f"« {_text(cell)[:30]} » ne convient pas : écrivez « rien », « facture » ou « code de paiement »."
        )
    return str(found)


def claim_policy(cell: object) -> str:
    word = _plain(_text(cell))
    for policy, words in CLAIM_WORDS.items():
        if word in words:
            return policy.value
    raise CellRejected(
        f"« {_text(cell)[:30]} » ne convient pas : écrivez « à vérifier » (vous confirmez chaque paiement),"
        " « prestataire » (il confirme seul) ou « automatique » (la parole du client suffit)."
    )


def claims(kept: Mapping[str, str]) -> ClaimPolicy:
    """What the owner wants done with a customer's « j'ai payé »; whatever cannot be read asks a person."""
    with contextlib.suppress(ValueError):
        return ClaimPolicy(kept.get(PAID_CLAIM, ""))
    return ClaimPolicy.HOLD


def _rule(text: str) -> str:
    match = _RULE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    first, last = _DAYS[match[1][:3]], _DAYS[(match[2] or match[1])[:3]]
    days = first if first == last else f"{first}-{last}"
    return f"{days} {_hour(match[3])}-{_hour(match[4])}"


def _hour(text: str) -> str:
    found = _HOUR.fullmatch(text.strip().casefold())
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise ValueError(text)
    return f"{int(found[1]):02}:{int(found[2] or 0):02}"


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _plain(text: str) -> str:
    return " ".join(accents.dropped(text.casefold().replace("–", "-"), form="NFKD").split())


SETTINGS: tuple[Setting, ...] = (
    Setting("sequence_voyage", "Relances des voyages", "oui", "oui ou non", yes_or_no, Kind.VOYAGE),
    Setting(f"{OFFSET}voyage_j30", "Premier rappel d'un voyage", "30", "jours avant le départ",
            count(1, 365, "jours avant le départ"), Kind.VOYAGE),
    Setting(f"{OFFSET}voyage_j15", "Deuxième rappel d'un voyage", "15", "jours avant le départ",
            count(1, 365, "jours avant le départ"), Kind.VOYAGE),
    Setting(f"{OFFSET}voyage_documents_relance", "Rappel des documents manquants", "48", "heures après la demande",
            count(48, 240, "heures après la demande"), Kind.VOYAGE),
    Setting("sequence_facture", "Relances des factures", "oui", "oui ou non", yes_or_no, Kind.FACTURE),
    Setting(f"{OFFSET}facture_1", "Premier rappel d'une facture", "7", "jours avant l'échéance",
            count(0, 90, "jours avant l'échéance"), Kind.FACTURE),
    Setting(f"{OFFSET}facture_2", "Deuxième rappel d'une facture", "1", "jours après l'échéance",
            count(1, 365, "jours après l'échéance"), Kind.FACTURE),
    Setting(f"{OFFSET}facture_3", "Dernier rappel d'une facture", "10", "jours après l'échéance",
            count(1, 365, "jours après l'échéance"), Kind.FACTURE),
    # Empty at first: the deployment's own limits may be stricter, and a new tab must not loosen them unseen.
    Setting("hours", "Jours et heures d'envoi", "",
            "à l'heure du client, jamais les jours fériés ; d'origine : lun-ven 08:00-20:00, sam 09:00-12:00", hours),
    Setting("send_at", "Heure préférée d'un rappel", "09:00", "à l'heure du client", hour),
    Setting("check", "Vérification", "",
            "« en continu », « quotidienne 9h » ou « hebdomadaire lundi 9h » ; d'origine : en continu", check),
    Setting("attach", "Joindre aux rappels", "",
            "« rien », « facture » (si la ligne en nomme une) ou « code de paiement » ; d'origine : rien", attached),
    Setting("interval_h", "Heures entre deux rappels à une personne", "", "24 à 720 ; d'origine : 72",
            count(24, 720, "heures")),
    Setting("daily_cap", "Messages par jour au plus", "", "par numéro, 0 à 500 ; d'origine : 60",
            count(0, 500, "messages par jour")),
    Setting("min_balance", "Solde minimum pour relancer", "", "dans la devise de la ligne ; d'origine : 1",
            amount(1_000_000)),
    Setting("min_percent", "Solde minimum en % du total", "", "0 à 100 ; d'origine : 0", percent),
    Setting("pilot_only", "Seulement les lignes marquées Pilote", "", "oui ou non ; d'origine : comme à l'installation",
            yes_or_no),
    Setting("paused_until", "En pause jusqu'au", "", "une date, ce jour compris ; vide : pas de pause", day),
    Setting(PAID_CLAIM, "Quand un client dit avoir payé", "à vérifier",
            "à vérifier : vous confirmez ; prestataire : lui seul confirme ; automatique : la parole du client"
            " vaut preuve, la ligne passe à Payé sans que personne ait vu l'argent", claim_policy),
)  # fmt: skip

BY_SETTING: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}
