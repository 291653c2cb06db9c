"""Thousands of chats and messages at once, the same for the same seed: what makes a real account's page heavy."""

import random
import uuid

from relance.sandbox.whatsapp.exchange import Exchange

FIRST = 33_639_981_000
"""Numbers of the crowd follow this one: none of a customer of the demo, all of the range kept for fiction."""

MOST_CHATS = 8_000

_WORDS = ("bonjour", "merci", "demain", "voyage", "solde", "facture", "billet", "passeport", "oui", "non", "lundi")


def grow(exchange: Exchange, *, chats: int, messages: int, seed: int) -> None:
    """Add `messages` received and read ones to each of `chats`; pages see them at their next load."""
    if not 0 <= chats <= MOST_CHATS:
        raise ValueError(f"chats: at most {MOST_CHATS}")
    draw = random.Random(seed)  # noqa: S311
    account = next(iter(exchange.world.accounts))
    at = exchange.now().isoformat()
    for index in range(chats):
        for _ in range(messages):
            text = " ".join(draw.choices(_WORDS, k=draw.randint(2, 30)))
            seq = len(exchange.world.messages) + 1
            name = uuid.UUID(int=draw.getrandbits(128)).hex.upper()
            written = {"id": name, "seq": seq, "from": f"+{FIRST + index}", "to": account, "text": text, "media": None}
            exchange.note({"kind": "message", **written, "direction": "in", "accepted_at": at, "real_at": at})
            exchange.note({"kind": "ack", "account": account, "id": name, "ack": 3})
