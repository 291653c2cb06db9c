"""Where the operator's commands look: a deployment's own variables, else the practice world that runs here."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="RELANCE_", extra="ignore")

    checkout: Path = Path(__file__).resolve().parents[4]
    database_url: SecretStr | None = None
    operator: str = ""  # kept beside each order; otherwise the session's user
    owner_database_url: SecretStr | None = None
    broker_url: SecretStr | None = None
    google_credentials: SecretStr | None = None
    google_base_url: str = "https://sheets.googleapis.com"
    drive_folder: str = ""
