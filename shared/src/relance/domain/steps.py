"""Sequences as data: the two ready-made ones, what a step may say, and the owner's limits over every step.

A sequence may also be written in a file or in the workbook: `notation.py` reads those into the same types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum

from relance.domain import calendar, law
from relance.domain.calendar import Hours
from relance.domain.checks import Checks
from relance.domain.enclosure import Enclosure
from relance.domain.law import Pack
from relance.domain.receivable import Kind

DAY = timedelta(days=1)


class Anchor(StrEnum):
    """What a step's offset is counted from."""

    DEPARTURE = "departure"
    DUE = "due"
    FIXED = "fixed"  # the step's own date
    PAID = "paid"
    DOCUMENTS = "documents"  # the request for documents, as sent
    PREVIOUS = "previous"  # the step before it, as sent


class Purpose(StrEnum):
    """Why a message leaves; the values are those of `send_job.kind`."""

    PAYMENT = "payment"
    CONFIRMATION = "confirmation"
    DOCUMENTS = "documents"
    ANSWER = "answer"


class Mode(StrEnum):
    AUTOMATIC = "automatic"
    APPROVE = "approve"  # leaves once a person said yes
    TASK = "task"  # a person does it (a call, a letter); the sequence waits until it is said to be done


class Check(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    EMPTY = "empty"
    FILLED = "filled"


class End(StrEnum):
    """What happens when the last payment step changed nothing."""

    TELL = "tell"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a cell of the row must say for the step to leave; names and values are compared folded."""

    column: str
    check: Check
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """`true_until_days`: civil days after the anchor during which every sentence of the text stays true.

    Whole days of `offset` are civil days and keep the hour of sending; what is left are hours that pass.
    """

    name: str
    purpose: Purpose
    anchor: Anchor
    offset: timedelta
    true_until_days: int | None = None
    is_entry: bool = True  # may be the first message somebody gets
    cycles: int = 1
    every: timedelta = timedelta(0)  # between two cycles of a payment step
    in_hours: bool = False  # of a PREVIOUS step: its offset passes from the hour at which that one left
    on: date | None = None  # the date of a FIXED step
    mode: Mode = Mode.AUTOMATIC
    conditions: tuple[Condition, ...] = ()
    text: str = ""  # the template it writes; its own name when empty
    enclosure: Enclosure | None = None  # what goes with the text
    keeps_offset: bool = False  # the offsets of the settings do not replace its own
    cycle: int = 1  # which repetition this one is

    @property
    def is_reminder(self) -> bool:
        """Counts for "one automatic message a day"; confirmations and the request that follows one do not."""
        return self.purpose is Purpose.PAYMENT or self.cycles > 1

    @property
    def template(self) -> str:
        return self.text or self.name

    @property
    def key(self) -> tuple[str, int]:
        return (self.name, self.cycle)


@dataclass(frozen=True, slots=True)
class Sequence:
    """`version` 0 is the shipped one; others are rows of `sequence_version`."""

    kind: Kind
    steps: tuple[Step, ...]
    version: int = 0
    end: End = End.TELL
    checks: Checks | None = None  # in place of the policy's
    rungs: tuple[Step, ...] = field(init=False, compare=False, repr=False)
    """The payment steps in order, each repetition on its own."""

    def __post_init__(self) -> None:
        payment = (step for step in self.steps if step.purpose is Purpose.PAYMENT)
        rungs = tuple(repeated(step, cycle) for step in payment for cycle in range(1, step.cycles + 1))
        object.__setattr__(self, "rungs", rungs)

    def step(self, name: str, cycle: int = 1) -> Step | None:
        """A step by name, as its given repetition; None when this sequence has none of that name."""
        return next((repeated(step, cycle) for step in self.steps if step.name == name), None)

    def first(self, purpose: Purpose, *, repeats: bool = False) -> Step | None:
        fitting = (step for step in self.steps if step.purpose is purpose and (step.cycles > 1) == repeats)
        return next(fitting, None)


def repeated(step: Step, cycle: int) -> Step:
    if cycle == 1 or step.purpose is not Purpose.PAYMENT:
        return step
    return replace(step, offset=step.offset + (cycle - 1) * step.every, cycle=cycle)


DOCUMENTS_EVERY = timedelta(hours=48)

VOYAGE = (
    Step("voyage_j30", Purpose.PAYMENT, Anchor.DEPARTURE, timedelta(days=-30), true_until_days=-1),
    Step("voyage_j15", Purpose.PAYMENT, Anchor.DEPARTURE, timedelta(days=-15), true_until_days=-1),
    Step("voyage_confirmation", Purpose.CONFIRMATION, Anchor.PAID, timedelta(0)),
    Step("voyage_documents", Purpose.DOCUMENTS, Anchor.PREVIOUS, timedelta(0)),
    Step("voyage_documents_relance", Purpose.DOCUMENTS, Anchor.DOCUMENTS, DOCUMENTS_EVERY, cycles=3),
)

FACTURE = (
    Step("facture_1", Purpose.PAYMENT, Anchor.DUE, timedelta(days=-7), true_until_days=0),
    Step("facture_2", Purpose.PAYMENT, Anchor.DUE, timedelta(days=1)),
    Step("facture_3", Purpose.PAYMENT, Anchor.DUE, timedelta(days=10), is_entry=False),
    Step("facture_confirmation", Purpose.CONFIRMATION, Anchor.PAID, timedelta(0)),
)

SEQUENCES: Mapping[Kind, Sequence] = {
    Kind.VOYAGE: Sequence(Kind.VOYAGE, VOYAGE),
    Kind.FACTURE: Sequence(Kind.FACTURE, FACTURE),
}
BY_NAME: Mapping[str, Step] = {step.name: step for sequence in SEQUENCES.values() for step in sequence.steps}


@dataclass(frozen=True, slots=True)
class Policy:
    """The owner's limits. Defaults are those of product.md §2."""

    hours: Hours = field(default_factory=lambda: calendar.parse_hours(calendar.DEFAULT_HOURS))
    send_at: time = time(9)  # civil hour of a step, in the recipient's zone
    checks: Checks | None = None  # when payment reminders that have come are looked at; None = all the time
    min_interval: timedelta = timedelta(hours=72)
    min_balance: Decimal = Decimal(1)
    min_balances: Mapping[str, Decimal] = field(default_factory=dict)  # by currency, in place of min_balance
    min_percent: Decimal = Decimal(0)
    paid_grace: timedelta = timedelta(minutes=5)  # a mistaken "Payé" can still be put back
    oldest_debt_days: int = 60  # beyond, a first message is a person's decision
    # More than this is harassment whatever a sequence repeats (docs/adr/0020-sequences-as-data.md).
    max_sends: int = 4
    pilot_only: bool = False
    activation_above: int = 20  # late rows at the first look, beyond which a person says yes before anything goes out
    sequences_off: frozenset[Kind] = frozenset()
    offsets: Mapping[str, timedelta] = field(default_factory=dict)  # by step, where the owner chose another
    by_ledger: Mapping[int, Policy] = field(default_factory=dict)  # what a ledger's own workbook says
    sequences: Mapping[Kind, Sequence] = field(default_factory=lambda: SEQUENCES)
    packs: Mapping[str, Pack] = field(default_factory=dict)  # by country; `law.DEFAULT` for the others
    enclosure: Enclosure | None = None  # what goes with payment reminders whose step says nothing about it

    def of(self, ledger_id: int) -> Policy:
        return self.by_ledger.get(ledger_id, self)

    def offset_of(self, step: Step) -> timedelta:
        own = None if step.keeps_offset else self.offsets.get(step.name)
        return step.offset if own is None else own + (step.cycle - 1) * step.every

    def enclosure_of(self, step: Step) -> Enclosure | None:
        return step.enclosure or (self.enclosure if step.purpose is Purpose.PAYMENT else None)

    def pack(self, country: str) -> Pack:
        return self.packs.get(country) or self.packs.get(law.DEFAULT, law.NOTHING)

    def hours_in(self, country: str) -> Hours:
        ceiling = self.pack(country).hours
        return self.hours if ceiling is None else calendar.narrowed(self.hours, ceiling)

    def least(self, currency: str) -> Decimal:
        return self.min_balances.get(currency, self.min_balance)


def grouped_template(step: str) -> str:
    return f"{step}_groupe"
