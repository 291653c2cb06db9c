"""Letters as they are typed in haste: without their accents."""

from __future__ import annotations

import unicodedata
from typing import Literal


def dropped(text: str, *, form: Literal["NFD", "NFKD"] = "NFD") -> str:
    """The text without combining marks; NFKD also makes ligatures, no-break blanks and styled letters plain ones."""
    return "".join(char for char in unicodedata.normalize(form, text) if not unicodedata.combining(char))
