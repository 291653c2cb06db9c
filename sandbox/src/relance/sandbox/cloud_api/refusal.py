"""Meta's refusals: HTTP status, code and words of each one that is imitated, in Graph's shape."""

from __future__ import annotations

import json
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Refusal:
    code: int
    title: str
    status: int = 400
    kind: str = "OAuthException"

    def response(self, details: str = "") -> web.Response:
        error = {
            "message": f"(#{self.code}) {self.title}",
            "type": self.kind,
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": details or self.title},
            "fbtrace_id": "sandbox",
        }
        return web.json_response({"error": error}, status=self.status)

    def as_error(self, details: str = "") -> dict[str, object]:
        """As a status webhook tells it."""
        return {
            "code": self.code,
            "title": self.title,
            "message": self.title,
            "error_data": {"details": details or self.title},
            "href": "/documentation/business-messaging/whatsapp/support/error-codes",
        }

    def raised(self, details: str = "") -> Refused:
        return Refused(self, details)


class Refused(Exception):
    def __init__(self, refusal: Refusal, details: str) -> None:
        super().__init__(json.dumps({"code": refusal.code, "details": details}))
        self.refusal = refusal
        self.details = details


TOKEN = Refusal(190, "Invalid OAuth access token", status=401)
UNKNOWN_OBJECT = Refusal(100, "Unsupported request. Object does not exist", kind="GraphMethodException")
PARAMETER = Refusal(100, "Invalid parameter")
VALUE = Refusal(131009, "Parameter value is not valid")
TEMPLATE_PARAMETERS = Refusal(132000, "Number of parameters does not match the expected number of params")
TEMPLATE_UNKNOWN = Refusal(132001, "Template name does not exist in the translation", status=404)
TEMPLATE_FORMAT = Refusal(132005, "Translated text too long")
TEMPLATE_POLICY = Refusal(132018, "There is an issue with the parameters in your template")
RATE = Refusal(130429, "Rate limit hit")
PAIR_RATE = Refusal(131056, "(Business Account, Consumer Account) pair rate limit hit")
LOCKED = Refusal(131031, "Business account has been locked", status=403)

# Told afterwards, by a status: the request itself was accepted.
UNDELIVERABLE = Refusal(131026, "Message undeliverable")
REENGAGEMENT = Refusal(131047, "Re-engagement message")
MEDIA_UPLOAD = Refusal(131053, "Media upload error")

BY_NAME = {"rate": RATE, "pair_rate": PAIR_RATE, "locked": LOCKED, "token": TOKEN}
