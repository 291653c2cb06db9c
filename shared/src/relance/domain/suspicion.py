"""What looks like a restriction of a number by WhatsApp; one sign is enough to stop it until a person has looked.

WhatsApp does not say that it restricts: the signs are what reports have in common. Trying again after one of them is
what turns days of restriction into a ban.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# One refused message may be that person's; two in a day are the number's.
MOST_REFUSED = 1
MOST_CLOCKS = 1
# Phones are off and people travel; fewer than this many messages say nothing about the number.
FEWEST_SENT = 10
LEAST_DELIVERED = 0.7


class Sign(StrEnum):
    COMPOSER = "composer"  # a chat opened without a place to write
    BANNER = "banner"  # the page says so
    REFUSED = "refused"
    CLOCKS = "clocks"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True)
class Signs:
    """Counts since a person last cleared the number: see the query of that name for their windows."""

    refused: int
    clocks: int
    sent: int
    delivered: int


def suspicion(signs: Signs) -> Sign | None:
    if signs.refused > MOST_REFUSED:
        return Sign.REFUSED
    if signs.clocks > MOST_CLOCKS:
        return Sign.CLOCKS
    if signs.sent >= FEWEST_SENT and signs.delivered < LEAST_DELIVERED * signs.sent:
        return Sign.UNDELIVERED
    return None
