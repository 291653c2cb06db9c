"""Which build of the real page the look-alike plays: markup profile, language, and what churn took from it."""

from dataclasses import asdict, dataclass, replace
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

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise ValueError(f"profile: one of {', '.join(PROFILES)}")
        if self.lang not in LANGS:
            raise ValueError(f"lang: one of {', '.join(LANGS)}")
        if self.churn < 0:
            raise ValueError("churn: a count of attributes")

    def changed(self, asked: dict[str, Any]) -> "Build":
        """This build with what was asked for; raises ValueError on a build that does not exist."""
        kinds = {"profile": str, "lang": str, "churn": int, "seed": int}
        return replace(self, **{name: kind(asked[name]) for name, kind in kinds.items() if name in asked})

    def told(self) -> dict[str, Any]:
        return asdict(self)
