"""What the scheduler is told from outside: RELANCE_SCHEDULER_… and RELANCE_TEMPLATES_DIR."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from relance.contracts import rulebook
from relance.domain import calendar, checks
from relance.domain.errors import SettingsRejected
from relance.domain.pacing import Pace
from relance.domain.payment_code import Payee
from relance.domain.steps import Policy
from relance.runtime.settings import PREFIX, ServiceSettings
from relance.store import attachments


class Rules(BaseSettings):
    """The owner's limits and texts: all that explaining a decision needs, without a server."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    templates_dir: Path | None = Field(
        None, description="<langue>/<texte>.txt there replace the shipped ones, file by file"
    )

    sequences_file: Path | None = Field(
        None, description="TOML with the owner's own sequences, in place of the shipped"
    )
    scheduler_discreet: bool = Field(
        False, description="payment reminders never name an amount; otherwise only those of rows marked Discret"
    )
    scheduler_hours: str = Field(
        calendar.DEFAULT_HOURS, description="days and hours in the recipient's zone, or `always`"
    )
    scheduler_send_at: time = Field(time(9), description="civil hour of a step, in the recipient's zone")
    scheduler_check: str = Field(
        checks.CONTINUOUS, description="when payment reminders are looked at: continuous, daily 09:00, weekly mon 09:00"
    )
    scheduler_interval_h: float = Field(72.0, ge=0, description="hours between two payment reminders to one person")
    scheduler_min_balance: Decimal = Field(Decimal(1), ge=0, description="below it, nobody is reminded")
    scheduler_min_balances: dict[str, Decimal] = Field(
        default_factory=dict, description='the same for one currency, as JSON: {"INR": 500}'
    )
    scheduler_min_percent: Decimal = Field(Decimal(0), ge=0, le=100, description="the same, as a share of the total")
    scheduler_paid_grace_s: float = Field(
        300.0, ge=0, description="a mistaken Payé can be put back before the thanks leave"
    )
    scheduler_oldest_debt_days: int = Field(60, ge=0, description="beyond, a first message is a person's decision")
    scheduler_max_sends: int = Field(4, ge=1, description="payment reminders of one item at most, whatever repeats")
    scheduler_pilot_only: bool = Field(False, description="only rows marked Pilote")
    scheduler_activation_above: int = Field(
        20, ge=0, description="late rows at the first look beyond which a ledger waits for `relance activate`"
    )
    scheduler_closed_days: str = Field("", description="the firm's own days of silence: 2026-12-24, 2026-12-31")

    scheduler_invoices_dir: Path | None = Field(
        None, description="folder of invoices that rows may name by file instead of by link"
    )
    scheduler_payee_iban: str = Field("", description="account for payment codes in euros; empty = no code")
    scheduler_payee_bic: str = Field("", description="its bank; may stay empty inside the euro area")
    scheduler_payee_upi: str = Field("", description="address for payment codes in rupees; empty = no code")

    def payee(self, firm: str) -> Payee:
        return Payee(firm, self.scheduler_payee_iban, self.scheduler_payee_bic, self.scheduler_payee_upi)

    def policy(self) -> Policy:
        """Raises SettingsRejected when the hours cannot be read."""
        return Policy(
            hours=replace(calendar.parse_hours(self.scheduler_hours), closed=self._closed()),
            send_at=self.scheduler_send_at,
            checks=checks.parse(self.scheduler_check),
            min_interval=timedelta(hours=self.scheduler_interval_h),
            min_balance=self.scheduler_min_balance,
            min_balances=self.scheduler_min_balances,
            min_percent=self.scheduler_min_percent,
            paid_grace=timedelta(seconds=self.scheduler_paid_grace_s),
            oldest_debt_days=self.scheduler_oldest_debt_days,
            max_sends=self.scheduler_max_sends,
            pilot_only=self.scheduler_pilot_only,
            activation_above=self.scheduler_activation_above,
            packs=rulebook.shipped_packs(),
        )

    def _closed(self) -> frozenset[date]:
        try:
            return frozenset(date.fromisoformat(day) for day in self.scheduler_closed_days.replace(",", " ").split())
        except ValueError as error:
            raise SettingsRejected(f"jours fermés illisibles : {error} (exemple : 2026-12-24, 2026-12-31)") from error


class Pacing(BaseSettings):
    """How fast a number may speak: the operator's commands show it, the release spends it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    scheduler_gap_min_s: float = Field(25.0, ge=0, description="shortest pause between two messages of one number")
    scheduler_gap_max_s: float = Field(90.0, ge=0, description="longest pause between two messages of one number")
    scheduler_hourly_cap: int = Field(20, ge=1, description="messages of one number within any sixty minutes")
    scheduler_daily_cap: int = Field(60, ge=0, description="messages a day of one number")
    scheduler_ramp: str = Field(
        "10, 20, 30, 40", description="daily caps of a number that has spoken on few days; empty = the full cap at once"
    )
    scheduler_ramp_days: int = Field(2, ge=1, description="days spoken on each step of the ramp")
    scheduler_first_contacts: int = Field(
        5, ge=0, description="messages a day to people who never wrote and were never written to"
    )
    scheduler_ledger_daily_cap: int = Field(0, ge=0, description="automatic messages a day of one ledger; 0 = no cap")
    scheduler_in_flight: int = Field(3, ge=1, description="messages of one number released and not yet ended")

    def pace(self) -> Pace:
        """Raises SettingsRejected when the ramp cannot be read."""
        return Pace(
            timedelta(seconds=self.scheduler_gap_min_s),
            timedelta(seconds=max(self.scheduler_gap_min_s, self.scheduler_gap_max_s)),
            self.scheduler_daily_cap,
            self.scheduler_in_flight,
            ledger_cap=self.scheduler_ledger_daily_cap,
            hourly_cap=self.scheduler_hourly_cap,
            first_contacts=self.scheduler_first_contacts,
            ramp=self._ramp(),
            ramp_days=self.scheduler_ramp_days,
        )

    def _ramp(self) -> tuple[int, ...]:
        caps = self.scheduler_ramp.replace(",", " ").split()
        if not all(cap.isdecimal() for cap in caps):
            raise SettingsRejected(f"montée en charge illisible : « {self.scheduler_ramp} » (exemple : 10, 20, 30, 40)")
        return tuple(int(cap) for cap in caps)


class SchedulerSettings(ServiceSettings, Rules, Pacing):
    scheduler_tick_s: float = Field(60.0, gt=0, description="seconds between two plans when nothing happens")
    scheduler_sweep_h: float = Field(
        24.0, gt=0, description="real hours between two looks at every open item, whatever has changed"
    )
    scheduler_release_s: float = Field(1.0, gt=0, description="seconds between two looks for a number that may speak")
    scheduler_poll_s: float = Field(1.0, gt=0, description="seconds between two looks at the outbox when no hint comes")

    attachment_key: SecretStr = Field(
        SecretStr(""), description="32 bytes in base64 that seal what goes with messages; shared with the senders"
    )

    scheduler_janitor_s: float = Field(600.0, gt=0, description="real age at which a published message is told again")
    scheduler_fault: Literal["", "after_publish"] = Field(
        "", description="for tests: where the process kills itself once"
    )
    scheduler_fault_marker: Path = Field(Path("relance-scheduler-fault"), description="made when it did")

    def sealing_key(self) -> bytes | None:
        """None when nothing can go with messages. Raises SettingsRejected when it is no key."""
        return attachments.key_from(self.attachment_key.get_secret_value())
