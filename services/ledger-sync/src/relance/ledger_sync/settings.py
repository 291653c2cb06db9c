"""What ledger-sync is told from outside."""

from __future__ import annotations

from pydantic import Field, SecretStr

from relance.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    poll_s: float = Field(
        10.0, gt=0, description="seconds between two readings of a ledger; Google allows 60/min in all"
    )
    settle_polls: int = Field(
        2, ge=1, le=10, description="readings in which a new row must be the same before it counts"
    )
    wake_gap_s: float = Field(1.0, gt=0, description="events that arrive within this long cause one reading together")
    google_base_url: str = Field("https://sheets.googleapis.com", description="another address = the practice Google")
    google_credentials: SecretStr | None = Field(None, description="JSON of a service account or of an authorised user")
    google_pause_s: float = Field(1.1, ge=0, description="seconds between two calls with one account, quota 60/min")
    xlsx_locale: str = Field("fr_FR", description="how dates and amounts are written in local workbooks")
