"""What ledger-sync is told from outside."""

from __future__ import annotations

from datetime import time

from pydantic import Field, SecretStr

from relance.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    poll_s: float = Field(10.0, gt=0, description="seconds between two readings of a workbook in office hours")
    poll_night_s: float = Field(60.0, gt=0, description="the same outside them: nobody waits for an edit at night")
    office_opens: time = Field(time(7), description="start of the office hours, where the ledger's zone says")
    office_closes: time = Field(time(21), description="end of the office hours; people edit late")
    settle_polls: int = Field(
        2, ge=1, le=10, description="readings in which a new row must be the same before it counts"
    )
    wake_gap_s: float = Field(1.0, gt=0, description="events that arrive within this long cause one reading together")
    google_base_url: str = Field("https://sheets.googleapis.com", description="another address = the practice Google")
    google_credentials: SecretStr | None = Field(None, description="JSON of a service account or of an authorised user")
    google_calls_per_minute: int = Field(
        60, ge=0, description="Google's limit for one account, for reads and for writes each; 0 = none (practice)"
    )
    google_project_calls_per_minute: int = Field(
        300, ge=0, description="Google's limit for the whole project; divide it if several installations share one"
    )
    xlsx_locale: str = Field("fr_FR", description="how dates and amounts are written in local workbooks")
    webhook_secret: SecretStr | None = Field(None, description="shared with the Apps Script; none = no webhook")
    webhook_host: str = Field(
        "127.0.0.1", description="the reverse proxy's side; the webhook needs public HTTPS before it"
    )
    webhook_port: int = Field(0, ge=0, le=65535, description="apart from /metrics, which is nobody else's to read")
