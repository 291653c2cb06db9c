"""Where people's deeds and the product's turns wait for their instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from relance.sandbox.simulation.book import Book

Event = Callable[[datetime], None]


class Agenda(Protocol):
    @property
    def book(self) -> Book: ...

    def now(self) -> datetime: ...

    def product(self, at: datetime, what: Event) -> None:
        """What the product has to see or do: it waits for the end of an outage."""
