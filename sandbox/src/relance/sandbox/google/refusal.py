"""What the stand-in answers when it says no, in the two shapes Google uses.

Sheets and the newer APIs answer `{error: {code, message, status, details}}`; Drive v3 answers
`{error: {code, message, errors: [{domain, reason, location…}]}}`. Clients parse both.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class Refused(Exception):
    """The request is turned down; `body` is what goes over the wire with `code`."""

    def __init__(self, code: int, message: str, *, body: Json | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.body = body or {"error": {"code": code, "message": message, "status": STATUS_NAMES.get(code, "UNKNOWN")}}


def invalid(message: str) -> Refused:
    return Refused(400, message)


def unknown_name(name: str, where: str = "") -> Refused:
    at = f" at '{where}'" if where else ""
    return invalid(f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.')


def drive_refusal(code: int, reason: str, message: str, location: str = "") -> Refused:
    detail = {"message": message, "domain": "global", "reason": reason}
    if location:
        detail |= {"location": location, "locationType": "parameter"}
    return Refused(code, message, body={"error": {"code": code, "message": message, "errors": [detail]}})


def unauthenticated() -> Refused:
    return Refused(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or "
        "other valid authentication credential.",
    )


def over_quota(kind: str, whose: str = "User") -> Refused:
    """`kind` is Read or Write, `whose` User or Project: Google meters the four apart."""
    limit = f"{kind}RequestsPerMinutePer{whose}"
    message = (
        f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per {whose.lower()}' "
        "of service 'sheets.googleapis.com' for consumer 'project_number:100000000001'."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "service": "sheets.googleapis.com",
            "consumer": "projects/100000000001",
            "quota_limit": limit,
            "quota_limit_value": "60" if whose == "User" else "300",
            "quota_location": "global",
            "quota_metric": f"sheets.googleapis.com/{kind.lower()}_requests",
        },
    }
    body = {"error": {"code": 429, "message": message, "status": STATUS_NAMES[429], "details": [info]}}
    return Refused(429, message, body=body)
