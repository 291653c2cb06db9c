"""What a sender is told from outside. Deadlines are real seconds, generous: oversold hosts are slow."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from relance.runtime import settings
from relance.store import attachments


class SenderSettings(settings.ServiceSettings):
    sender_number: str | None = Field(None, description="alias of the one number to serve; default: any free one")
    profiles: Path = Field(description="directory of browser profiles, one per number: live credentials, keep it 0700")
    spool_key: SecretStr = Field(description="32 bytes in base64 that seal media; shared with the inbox")
    attachment_key: SecretStr = Field(
        SecretStr(""), description="32 bytes in base64 that open what goes with messages; shared with the scheduler"
    )
    whatsapp_url: str = Field("https://web.whatsapp.com", description="the real page, or the sandbox's")
    sender_chromium: str = Field("/usr/bin/chromium", description="the system's browser")
    sender_headless: bool = True
    sender_deaf_to: str = Field(
        "", description="element/signal, comma separated: signals that a build of the page makes lie, until an update"
    )
    sender_chromium_sandbox: bool = Field(True, description="false only where no user namespace exists (root, demo)")

    cloud_url: str = Field("https://graph.facebook.com", description="Meta's API, or the sandbox's")
    cloud_version: str = Field("v23.0", description="version of Meta's API; each one lives about two years")
    cloud_token: SecretStr | None = Field(None, description="system user's token for the official API")
    cloud_app_secret: SecretStr | None = Field(None, description="signs what Meta tells us; none: nothing is taken")
    cloud_verify_token: SecretStr | None = Field(None, description="the word that Meta repeats when the address is set")

    listen_s: float = Field(1.0, gt=0, description="pause between two looks for unread chats")
    sweep_s: float = Field(
        900.0, gt=0, description="pause between two readings of the recent chats: late ticks, misses"
    )
    barrier_s: float = Field(
        60.0, gt=0, description="how long a chat may take to load before its message is given back"
    )
    tick_s: float = Field(
        60.0, gt=0, description="how long after the click a tick may take before the outcome is unknown"
    )
    reconcile_gap_s: float = Field(20.0, ge=0, description="least time between the two looks that prove absence")
    give_up_s: float = Field(
        900.0, ge=0, description="how long a message may stay unproved, looked at, before a person is asked"
    )
    lease_poll_s: float = Field(2.0, gt=0, description="how often a standby tries for a number")
    lease_silence_s: float = Field(60.0, gt=0, description="an owner silent for that long is frozen and is evicted")
    browser_memory_mb: int = Field(1500, gt=0, description="megabytes (PSS) beyond which the browser is started anew")
    browser_settled_s: float = Field(900.0, ge=0, description="age from which a browser's memory counts")
    browser_hour: int = Field(
        3, ge=0, le=23, description="hour of the host's night at which the browser is started anew"
    )
    browser_look_s: float = Field(60.0, gt=0, description="pause between two looks at the browser's age and memory")
    stop_s: float = Field(45.0, gt=0, description="how long the message in hand may take after SIGTERM")

    sender_null_journal: Path | None = Field(
        None, description="load tests only: numbers of transport null write here what they would have sent"
    )
    sender_fault: str | None = Field(None, description="tests only: die at this named point, once")
    sender_fault_marker: Path | None = Field(None, description="tests only: its presence means that the fault happened")
    sender_fault_order: Path | None = Field(None, description="tests only: a file that names the point to die at")

    def opening_key(self) -> bytes | None:
        """None when nothing goes with messages. Raises SettingsRejected when it is no key."""
        return attachments.key_from(self.attachment_key.get_secret_value())
