"""`python -m relance.cli.reference` writes docs/reglages.md: every setting as the code has it, in the operator's words.

Values and names come from the settings classes; units and reasons from `reglages.toml`. A test compares.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import time
from importlib import resources
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from relance.cli.settings import Settings as Checkout
from relance.domain import preferences
from relance.inbox.settings import InboxSettings
from relance.ledger_sync.settings import Settings as LedgerSyncSettings
from relance.runtime.settings import PREFIX, ServiceSettings
from relance.scheduler.settings import SchedulerSettings
from relance.sender.settings import SenderSettings

PAGE = Path("docs/reglages.md")

SECTIONS: tuple[tuple[str, type[BaseSettings]], ...] = (
    ("Tous les services", ServiceSettings),
    ("Relances et textes (scheduler)", SchedulerSettings),
    ("Classeurs (ledger-sync)", LedgerSyncSettings),
    ("Envoi (sender)", SenderSettings),
    ("Réponses et documents (inbox)", InboxSettings),
)

_HEAD = """# Tous les réglages

Cette page est écrite par `python -m relance.cli.reference` : elle dit ce que le code fait. Ne la modifiez pas à la
main.

Deux endroits, et le classeur l'emporte : l'onglet *Réglages* d'un classeur vaut pour ce classeur, sans redémarrage ;
les variables d'environnement (fichier `.env`) valent pour toute l'installation, au prochain démarrage.
"""
_TAB = """
## Dans l'onglet *Réglages* du classeur

| Réglage | Valeur de départ | Ce qu'on y écrit |
|---|---|---|
"""
_TABLE = """
| Variable | Unité | Défaut | Pourquoi |
|---|---|---|---|
"""


def page() -> str:
    words = _words()
    parts = [_HEAD, _TAB, *(_row(s.label, f"`{s.shown}`" if s.shown else "vide", s.hint) for s in preferences.SETTINGS)]
    said: set[str] = set()
    for title, settings in SECTIONS:
        rows = [_of_field(name, field, words) for name, field in settings.model_fields.items() if name not in said]
        said |= settings.model_fields.keys()
        parts += [f"\n## {title}\n", _TABLE, *rows]
    return "".join(parts)


def unexplained() -> list[str]:
    """Settings of the code without words, and words without a setting."""
    names = {name for _, settings in SECTIONS for name in settings.model_fields}
    return sorted(names ^ _words().keys())


def _words() -> Mapping[str, Mapping[str, str]]:
    text = resources.files("relance.cli").joinpath("reglages.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _of_field(name: str, field: FieldInfo, words: Mapping[str, Mapping[str, str]]) -> str:
    told = words.get(name, {"unit": "", "why": field.description or ""})
    return _row(f"`{PREFIX}{name.upper()}`", told["unit"], _default(field), told["why"])


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "à donner"
    value = field.get_default(call_default_factory=True)
    if value in (None, "", {}):
        return "vide"
    match value:
        case True:
            return "oui"
        case False:
            return "non"
        case time():
            return f"`{value:%H:%M}`"
        case float() if value.is_integer():
            return f"`{int(value)}`"
        case SecretStr():
            return "un secret"
    return f"`{value}`"


if __name__ == "__main__":
    (Checkout().checkout / PAGE).write_text(page(), encoding="utf-8")
