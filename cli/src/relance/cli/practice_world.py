"""The practice world that runs on this machine, found through its run file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from relance.cli.settings import Settings
from relance.domain.errors import SettingsRejected
from relance.runtime import settings
from relance.sandbox.daemons import RunFile


@dataclass(frozen=True, slots=True)
class Running:
    facts: dict[str, str]


def running() -> Running:
    """Raises SettingsRejected with the command to type when no world runs."""
    run_file = RunFile(Settings().checkout / ".relance" / "demo" / "run.json")
    if run_file.owner() is None:
        raise SettingsRejected("aucune démonstration ne tourne ici : lancez « ./relance demo » dans un autre terminal")
    return Running(run_file.facts())


def google_access() -> tuple[str, str]:
    """The deployment's access to Google and its address, else the practice world's."""
    told = settings.load(Settings)
    if told.google_credentials:
        return told.google_credentials.get_secret_value(), told.google_base_url
    if told.database_url:
        raise SettingsRejected("RELANCE_GOOGLE_CREDENTIALS_FILE manque : l'accès à Google n'est pas configuré")
    facts = running().facts
    return Path(facts["google_credentials"]).read_text(encoding="utf-8"), facts["google"]


def broker_url() -> str:
    """The deployment's broker, else the practice world's."""
    told = settings.load(Settings)
    if told.broker_url:
        return told.broker_url.get_secret_value()
    if told.database_url:
        raise SettingsRejected("RELANCE_BROKER_URL_FILE manque : l'adresse du courtier n'est pas configurée")
    return running().facts["broker"]


def database_url() -> str:
    """The deployment's database, else the practice world's, as the operator's role."""
    told = settings.load(Settings)
    return told.database_url.get_secret_value() if told.database_url else running().facts["dsn_cli"]
