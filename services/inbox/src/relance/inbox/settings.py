"""What the inbox is told from outside."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from relance.domain.errors import SettingsRejected
from relance.runtime import settings
from relance.store.deletions import Clock


class InboxSettings(settings.ServiceSettings):
    spool_key: SecretStr = Field(description="32 bytes in base64 that unseal media; shared with the senders")
    vault: Literal["drive", "local"] = Field("local", description="where documents are kept")

    vault_dir: Path = Field(Path("/vault"), description="local vault: directory of our own, 0700")
    vault_key: SecretStr | None = Field(None, description="local vault: 32 bytes in base64, not the spool's")

    drive_folder: str = Field("", description="Drive vault: id of the root folder")
    drive_readers: str = Field("", description="Drive vault: addresses that may read documents, separated by commas")
    google_credentials: SecretStr | None = Field(None, description="Drive vault: JSON of the service account or user")
    google_base_url: str = Field("https://www.googleapis.com", description="Google's APIs, or the sandbox's address")

    documents_keep_d: int = Field(30, ge=0, description="days for which documents are kept after the return")
    documents_undated_keep_d: int = Field(396, ge=1, description="days for which they are kept when no date is known")
    documents_rejected_keep_d: int = Field(7, ge=0, description="days for which rejected and unreadable files are kept")
    vault_audit_h: float = Field(24.0, gt=0, description="hours between two looks at who may read each document")

    inbox_alert_after_h: float = Field(8.0, gt=0, description="hours after which an answer that waits raises an alert")
    inbox_album_s: float = Field(75.0, ge=0, description="seconds of silence before received files are answered")
    inbox_sweep_s: float = Field(10.0, gt=0, description="seconds between two looks for what an event did not announce")

    @property
    def retention(self) -> Clock:
        return Clock(
            after_return=timedelta(days=self.documents_keep_d),
            undated=timedelta(days=self.documents_undated_keep_d),
            rejected=timedelta(days=self.documents_rejected_keep_d),
        )

    @property
    def allowed_readers(self) -> tuple[str, ...]:
        return tuple(address.strip() for address in self.drive_readers.split(",") if address.strip())


def load() -> InboxSettings:
    """Raises SettingsRejected, also when the vault chosen lacks what it needs."""
    told = settings.load(InboxSettings)
    if told.vault == "local" and told.vault_key is None:
        raise SettingsRejected(
            "RELANCE_VAULT_KEY manque : le coffre local chiffre chaque document (32 octets en base64)"
        )
    if told.vault == "drive" and not (told.drive_folder and told.google_credentials):
        raise SettingsRejected(
            "le coffre Drive demande RELANCE_DRIVE_FOLDER et RELANCE_GOOGLE_CREDENTIALS_FILE ; "
            "sans Google : RELANCE_VAULT=local"
        )
    return told
