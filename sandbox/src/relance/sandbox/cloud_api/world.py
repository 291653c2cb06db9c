"""What the sandbox Meta knows of one business account: its number, templates, media, and who wrote when."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field

from relance.sandbox.cloud_api import refusal

WINDOW_S = 24 * 3600
LONGEST_TEXT = 4096
LONGEST_KEY = 512
_PLACE = re.compile(r"\{\{(\d+)\}\}")
_FORBIDDEN = re.compile(r"[\n\t]| {5,}")


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    language: str
    body: str
    status: str = "APPROVED"
    header: str = ""

    @property
    def places(self) -> int:
        return len(set(_PLACE.findall(self.body)))

    def filled(self, values: list[str]) -> str:
        return _PLACE.sub(lambda match: values[int(match[1]) - 1], self.body)

    def as_json(self) -> dict[str, object]:
        parts: list[dict[str, object]] = [{"type": "BODY", "text": self.body}]
        if self.header:
            parts.insert(0, {"type": "HEADER", "format": "TEXT", "text": self.header})
        return {
            "id": hashlib.sha256(f"{self.name}/{self.language}".encode()).hexdigest()[:12],
            "name": self.name,
            "language": self.language,
            "status": self.status,
            "category": "UTILITY",
            "components": parts,
        }


@dataclass(frozen=True, slots=True)
class Accepted:
    """One line of the journal: what the customer's phone shows, and what it was asked as."""

    wamid: str
    to: str
    text: str
    kind: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Medium:
    content: bytes
    mime: str


@dataclass
class Account:
    """Faults: `next_answers` are refusals by name for the next requests; `cut_after_accept` requests are carried out
    and never answered; `silent` keeps statuses back; `doubled` tells each notification twice."""

    phone_id: str = "106540352242922"
    account_id: str = "102290129340398"
    display_phone: str = "33639980001"
    token: str = "jeton-d-essai"  # noqa: S105
    app_secret: str = "secret-d-essai"  # noqa: S105
    verify_token: str = "mot-d-essai"  # noqa: S105
    callback_url: str | None = None
    templates: list[Template] = field(default_factory=list)
    media: dict[str, Medium] = field(default_factory=dict)
    heard_at: dict[str, float] = field(default_factory=dict)
    journal: list[Accepted] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    not_on_whatsapp: set[str] = field(default_factory=set)
    next_answers: list[str] = field(default_factory=list)
    cut_after_accept: int = 0
    silent: bool = False
    doubled: bool = False
    count: int = 0

    def next_wamid(self, phone: str) -> str:
        self.count += 1
        return "wamid." + base64.b64encode(f"{phone}/{self.count}".encode()).decode()

    def is_open(self, phone: str, now: float) -> bool:
        """Whether the customer wrote within the last 24 hours."""
        heard = self.heard_at.get(phone)
        return heard is not None and now - heard < WINDOW_S

    def text_of(self, asked: dict[str, object]) -> str:
        """What the phone will show; raises Refused for what Meta refuses at once."""
        match asked.get("type", "text"):
            case "text":
                return _text(asked.get("text"))
            case "template":
                return self._template(asked.get("template"))
            case "image" | "document" as kind:
                return self._captioned(asked.get(kind))
            case kind:
                raise refusal.PARAMETER.raised(f"type {kind!r}")

    def _template(self, asked: object) -> str:
        if not isinstance(asked, dict) or not isinstance(asked.get("language"), dict):
            raise refusal.PARAMETER.raised("template.language.code is required")
        name, code = asked.get("name"), asked["language"].get("code")
        found = next((t for t in self.templates if (t.name, t.language) == (name, code)), None)
        if found is None or found.status != "APPROVED":
            raise refusal.TEMPLATE_UNKNOWN.raised(f"{name} does not exist in {code}")
        bodies = [part for part in asked.get("components", []) if part.get("type") == "body"]
        values = [str(one.get("text", "")) for part in bodies for one in part.get("parameters", [])]
        if len(values) != found.places:
            raise refusal.TEMPLATE_PARAMETERS.raised(f"{len(values)} given, {found.places} expected")
        if any(_FORBIDDEN.search(value) for value in values):
            raise refusal.TEMPLATE_POLICY.raised("a value has line breaks, tabs or more than 4 blanks in a row")
        return found.filled(values)

    def _captioned(self, asked: object) -> str:
        if not isinstance(asked, dict) or str(asked.get("id", "")) not in self.media:
            raise refusal.VALUE.raised("no such media id")
        return str(asked.get("caption", ""))


def _text(asked: object) -> str:
    body = asked.get("body") if isinstance(asked, dict) else None
    if not isinstance(body, str) or not body.strip():
        raise refusal.PARAMETER.raised("The parameter text['body'] is required.")
    if len(body) > LONGEST_TEXT:
        raise refusal.PARAMETER.raised(f"text.body is longer than {LONGEST_TEXT}")
    return body
