"""Settings of the sandbox WhatsApp, from RELANCE_WHATSAPP_SANDBOX_* and the command line."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from relance.sandbox.whatsapp import numbers
from relance.sandbox.whatsapp.build import Build, Lang, Profile


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="RELANCE_WHATSAPP_SANDBOX_", populate_by_name=True, extra="ignore")

    host: str = "127.0.0.1"
    """Loopback: anybody who reaches this page reads every conversation."""
    port: int = Field(default=8091, ge=0, le=65535)
    state: Path = Path(".relance/whatsapp")
    """Folder of journal.jsonl and media/; replayed at start."""
    numbers: str = "+33639980001=Agence"
    """Sender numbers, `+E164[=name]` separated by commas."""
    lang: Lang = "fr"
    """Language of the web client; `?lang=` overrides it for one page."""
    profile: Profile = "2026a"
    """Markup of the web client: a module in page/web/profiles/."""
    churn: int = Field(default=0, ge=0)
    """Attributes of that markup that are renamed or removed, drawn by the seed."""
    lexical: Path | None = None
    """node_modules with npm `lexical` and `@lexical/plain-text`: the composer is then the real one."""
    zone: str = "Europe/Paris"
    """Zone in which the pages show hours."""
    seed: int = 1
    """Every simulated delay derives from it."""
    auto_phones: bool = True
    """Any plausible number has WhatsApp; off: only the known ones."""
    boot_ms: int = Field(default=250, ge=0)
    """Milliseconds of splash before the client connects; the real one takes seconds."""
    qr_rotation_s: float = Field(default=20, gt=0)
    """Seconds one QR code lives; the real page's pace."""
    qr_total_s: float = Field(default=180, gt=0)
    """Seconds after which the QR code stops turning until it is reloaded by hand."""
    link_code_s: float = Field(default=180, gt=0)
    """Seconds a link code for the phone lives."""
    tick_min_s: float = Field(default=0.15, ge=0)
    tick_max_s: float = Field(default=0.9, ge=0)
    """Seconds between two ticks, drawn between the two."""
    clock_dsn: str | None = Field(default=None, validation_alias="RELANCE_CLOCK_DSN")
    """Database of the product's movable clock; none: real time."""

    @field_validator("numbers")
    @classmethod
    def _are_phone_numbers(cls, value: str) -> str:
        for part in value.split(","):
            number = part.partition("=")[0].strip()
            if not number.startswith("+") or numbers.plausible(number) != number:
                raise ValueError(f"« {number} » n'est pas un numéro international comme +33639980001")
        return value

    def build(self) -> Build:
        return Build(self.profile, self.lang, self.churn, self.seed)

    def senders(self) -> dict[str, str]:
        pairs = (part.strip().partition("=") for part in self.numbers.split(","))
        return {number.strip(): name.strip() or number.strip() for number, _, name in pairs}
