"""Sealing of media on its way from a chat to the vault: AES-256-GCM, bound to the media's own id.

The sender seals, the inbox unseals; nobody else has the key. The id is associated data, so a sealed file put in
another row does not open. A nonce is random and stored beside the bytes.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from relance.domain.errors import Broken, SettingsRejected

KEY_BYTES = 32
NONCE_BYTES = 12


def key_from(text: str, *, setting: str = "RELANCE_SPOOL_KEY") -> bytes:
    """The key as it is given in the settings: 32 bytes in base64. Raises SettingsRejected."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsRejected(f"{setting} doit être 32 octets en base64 (openssl rand -base64 32)")
    return key


def seal(key: bytes, media_id: UUID, data: bytes) -> tuple[bytes, bytes]:
    """The nonce and the sealed bytes."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce, AESGCM(key).encrypt(nonce, data, media_id.bytes)


def unseal(key: bytes, media_id: UUID, nonce: bytes, sealed: bytes) -> bytes:
    """Raises Broken when the bytes, the key or the row are not those of the sealing."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, media_id.bytes)
    except InvalidTag as error:
        raise Broken(f"media {media_id} does not open: wrong key, or altered bytes") from error
