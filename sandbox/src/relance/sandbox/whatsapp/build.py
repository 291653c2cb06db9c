"""Which build of the real page the look-alike plays: markup profile, language, and what churn took from it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Profile = Literal["2024", "2025", "2026a", "2026b"]
Lang = Literal["fr", "en"]
PROFILES: tuple[str, ...] = get_args(Profile)
LANGS: tuple[str, ...] = get_args(Lang)


@dataclass(frozen=True, slots=True)
class Build:
    profile: str
    lang: str
    churn: int
    """How many attributes are renamed or removed, drawn by `seed` among those of the profile."""
    seed: int
    hours: int = 24
    dates: str = "dmy"
    """Order of the account's short dates: dmy or mdy."""

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise ValueError(f"profile: one of {', '.join(PROFILES)}")
        if self.lang not in LANGS:
            raise ValueError(f"lang: one of {', '.join(LANGS)}")
        if self.hours not in (12, 24):
            raise ValueError("hours: 12 or 24")
        if self.dates not in ("dmy", "mdy"):
            raise ValueError("dates: dmy or mdy")
        if self.churn < 0:
            raise ValueError("churn: a count of attributes")

    def changed(self, asked: dict[str, Any]) -> "Build":
        """This build with what was asked for; raises ValueError on a build that does not exist."""
        now: dict[str, Any] = self.told()
        return Build(**{name: type(value)(asked.get(name, value)) for name, value in now.items()})

    def told(self) -> dict[str, Any]:
        return asdict(self)
