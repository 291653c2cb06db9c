"""What the scheduler is told from outside: RELANCE_SCHEDULER_… and RELANCE_TEMPLATES_DIR."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from relance.domain import calendar
from relance.domain.pacing import Pace
from relance.domain.steps import Policy
from relance.runtime.settings import PREFIX, ServiceSettings


class Rules(BaseSettings):
    """The owner's limits and texts: all that explaining a decision needs, without a server."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    templates_dir: Path | None = Field(
        None, description="<langue>/<texte>.txt there replace the shipped ones, file by file"
    )

    scheduler_discreet: bool = Field(
        False, description="payment reminders never name an amount; otherwise only those of rows marked Discret"
    )
    scheduler_hours: str = Field(
        calendar.DEFAULT_HOURS, description="days and hours in the recipient's zone, or `always`"
    )
    scheduler_send_at: time = Field(time(9), description="civil hour of a step, in the recipient's zone")
    scheduler_interval_h: float = Field(72.0, ge=0, description="hours between two payment reminders to one person")
    scheduler_min_balance: Decimal = Field(Decimal(1), ge=0, description="below it, nobody is reminded")
    scheduler_min_percent: Decimal = Field(Decimal(0), ge=0, le=100, description="the same, as a share of the total")
    scheduler_paid_grace_s: float = Field(
        300.0, ge=0, description="a mistaken Payé can be put back before the thanks leave"
    )
    scheduler_oldest_debt_days: int = Field(60, ge=0, description="beyond, a first message is a person's decision")
    scheduler_pilot_only: bool = Field(False, description="only rows marked Pilote")

    def policy(self) -> Policy:
        """Raises SettingsRejected when the hours cannot be read."""
        return Policy(
            hours=calendar.parse_hours(self.scheduler_hours),
            send_at=self.scheduler_send_at,
            min_interval=timedelta(hours=self.scheduler_interval_h),
            min_balance=self.scheduler_min_balance,
            min_percent=self.scheduler_min_percent,
            paid_grace=timedelta(seconds=self.scheduler_paid_grace_s),
            oldest_debt_days=self.scheduler_oldest_debt_days,
            pilot_only=self.scheduler_pilot_only,
        )


class SchedulerSettings(ServiceSettings, Rules):
    scheduler_tick_s: float = Field(60.0, gt=0, description="seconds between two plans when nothing happens")
    scheduler_sweep_h: float = Field(
        24.0, gt=0, description="real hours between two looks at every open item, whatever has changed"
    )
    scheduler_release_s: float = Field(1.0, gt=0, description="seconds between two looks for a number that may speak")
    scheduler_poll_s: float = Field(1.0, gt=0, description="seconds between two looks at the outbox when no hint comes")

    scheduler_gap_min_s: float = Field(25.0, ge=0, description="shortest pause between two messages of one number")
    scheduler_gap_max_s: float = Field(90.0, ge=0, description="longest pause between two messages of one number")
    scheduler_daily_cap: int = Field(60, ge=0, description="messages a day of one number")
    scheduler_in_flight: int = Field(3, ge=1, description="messages of one number released and not yet ended")

    scheduler_janitor_s: float = Field(600.0, gt=0, description="real age at which a published message is told again")
    scheduler_fault: Literal["", "after_publish"] = Field(
        "", description="for tests: where the process kills itself once"
    )
    scheduler_fault_marker: Path = Field(Path("relance-scheduler-fault"), description="made when it did")

    def pace(self) -> Pace:
        return Pace(
            timedelta(seconds=self.scheduler_gap_min_s),
            timedelta(seconds=max(self.scheduler_gap_min_s, self.scheduler_gap_max_s)),
            self.scheduler_daily_cap,
            self.scheduler_in_flight,
        )
