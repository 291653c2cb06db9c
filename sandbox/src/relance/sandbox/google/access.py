"""Tokens: the `/token` endpoint and the check of `Authorization: Bearer`.

A token is `base64(expiry|email).hmac`, signed with a secret kept in the state directory, so that one issued
before a kill is good after it. The signature of the caller's JWT is not verified: any RSA key will do, as
the account's name in `iss` is all that the stand-in needs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from relance.sandbox.google import refusal

Json = dict[str, Any]
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_LIFETIME_S = 3600  # what Google gives
SERVICE_ACCOUNT = "relance@bac-a-sable.iam.gserviceaccount.com"


def service_account_info(token_uri: str, *, email: str = SERVICE_ACCOUNT) -> Json:
    """A service-account JSON with a fresh key, good for this stand-in only."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "type": "service_account",
        "project_id": "bac-a-sable",
        "private_key_id": hashlib.sha256(pem).hexdigest()[:40],
        "private_key": pem.decode(),
        "client_email": email,
        "client_id": "100000000000000000001",
        "auth_uri": token_uri,
        "token_uri": token_uri,
        "universe_domain": "googleapis.com",
    }


def email_of_grant(form: dict[str, str]) -> str:
    """Who asks for a token; a refresh token of the sandbox is the account's address itself."""
    grant = form.get("grant_type", "")
    if grant == JWT_GRANT:
        return str(_claims(form.get("assertion", ""))["iss"])
    if grant == "refresh_token" and "@" in form.get("refresh_token", ""):
        return form["refresh_token"]
    if grant == "refresh_token":
        raise token_refusal("invalid_grant", "Bad Request")
    raise token_refusal("unsupported_grant_type", f"Invalid grant_type: {grant}")


def token_refusal(error: str, description: str) -> refusal.Refused:
    body = {"error": error, "error_description": description}
    return refusal.Refused(400, description, body=body)


def issue(secret: bytes, email: str, *, now: datetime) -> Json:
    payload = f"{int(now.timestamp()) + TOKEN_LIFETIME_S}|{email}".encode()
    token = f"ya29.{_b64(payload)}.{_sign(secret, payload)}"
    return {"access_token": token, "expires_in": TOKEN_LIFETIME_S, "token_type": "Bearer"}


def bearer(secret: bytes, header: str, *, now: datetime) -> str:
    """The account behind an Authorization header; 401 for anything we did not issue or that has expired."""
    scheme, _, token = header.partition(" ")
    prefix, _, rest = token.partition(".")
    encoded, _, signature = rest.partition(".")
    if scheme.lower() != "bearer" or prefix != "ya29":
        raise refusal.unauthenticated()
    payload = _unb64(encoded)
    expiry, _, email = payload.decode(errors="replace").partition("|")
    if not hmac.compare_digest(_sign(secret, payload), signature) or int(expiry) < now.timestamp():
        raise refusal.unauthenticated()
    return email


def _claims(assertion: str) -> Json:
    parts = assertion.split(".")
    try:
        claims: Json = json.loads(_unb64(parts[1]))
        if len(parts) != 3 or "iss" not in claims or "scope" not in claims:
            raise KeyError
    except (IndexError, KeyError, ValueError, TypeError, refusal.Refused):
        raise token_refusal("invalid_grant", "Invalid JWT: must hold iss, scope, aud, iat and exp.") from None
    return claims


def _sign(secret: bytes, payload: bytes) -> str:
    return _b64(hmac.new(secret, payload, hashlib.sha256).digest())


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise refusal.unauthenticated() from None
