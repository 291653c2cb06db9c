from __future__ import annotations

import base64
import uuid

import pytest

from relance.domain.errors import Broken, SettingsRejected
from relance.store import spool

KEY = bytes(range(32))
MEDIA = uuid.UUID(int=7)


def test_what_was_sealed_opens_under_the_same_id() -> None:
    nonce, sealed = spool.seal(KEY, MEDIA, b"une photo")

    assert b"photo" not in sealed
    assert spool.unseal(KEY, MEDIA, nonce, sealed) == b"une photo"


def test_sealed_bytes_do_not_open_in_another_row() -> None:
    nonce, sealed = spool.seal(KEY, MEDIA, b"une photo")

    with pytest.raises(Broken):
        spool.unseal(KEY, uuid.UUID(int=8), nonce, sealed)


@pytest.mark.parametrize("text", ["", "trop court", base64.b64encode(b"x" * 31).decode()], ids=["empty", "text", "31"])
def test_a_key_that_is_not_32_bytes_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(SettingsRejected, match="32 octets"):
        spool.key_from(text)
