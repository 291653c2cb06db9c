"""Which row of the sheet is which item we know, although people sort, insert, delete, copy and paste.

Identity is the key cell, checked by a fingerprint of the person and of the thing owed. When keys and fingerprints
contradict each other on many rows, or many rows are gone at once, we are looking at the wrong thing: everything in
doubt is suspended, and nothing is written until the sheet makes sense again.
"""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

# Three rows may be corrected at once in a small ledger; beyond, one in fifty.
MISMATCHES_ALLOWED, MISMATCH_SHARE = 3, 0.02
# A person deletes a row or two at a time; a fifth of the ledger gone is another tab, or a cut without its paste.
VANISHED_ALLOWED, VANISH_SHARE = 2, 0.20
CLOSED_AFTER = 2

Draw = Callable[[], int]
"""A source of 40 random bits."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Who owes, and what: a row whose two halves both changed is another row."""

    person: str
    thing: str

    def __str__(self) -> str:
        return f"{self.person}:{self.thing}"

    def resembles(self, other: Fingerprint) -> bool:
        return self.person == other.person or self.thing == other.thing


@dataclass(frozen=True, slots=True)
class SeenRow:
    position: int
    key: str  # the key cell as it stands; "" when empty
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class KnownRow:
    key: str
    fingerprint: Fingerprint
    absences: int


@dataclass(frozen=True, slots=True)
class Outcome:
    matched: tuple[tuple[int, str], ...] = ()
    """Position and key of every row that is an item we know."""
    created: tuple[tuple[int, str], ...] = ()
    """Position and key of every row that is new; the key may have to be written still."""
    absent: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    """Keys that cannot be told apart any more: suspended like absent ones."""
    brake: str | None = None
    """Why nothing may be written now; a French sentence."""


def fingerprint(person: Sequence[str], thing: Sequence[str]) -> Fingerprint:
    return Fingerprint(_digest(person), _digest(thing))


def parse_fingerprint(text: str) -> Fingerprint:
    person, _, thing = text.partition(":")
    return Fingerprint(person, thing)


def key_from(bits: int) -> str:
    """Eight base32 characters: short enough for a narrow column, never a formula, a date or a number."""
    return base64.b32encode((bits % 2**40).to_bytes(5, "big")).decode()


def reconcile(seen: Sequence[SeenRow], known: Iterable[KnownRow], *, draw: Draw, is_accepted: bool = False) -> Outcome:
    """Total and deterministic for a given source of keys; every seen row ends matched, created or in doubt.

    `is_accepted`: a person looked, and what the brake would stop is meant. A key cell is then believed.
    """
    known_by_key = {row.key: row for row in known}
    holders, homeless = _holders(seen, known_by_key)
    strangers = {k for k, row in holders.items() if k in known_by_key and not _is_same(row, known_by_key[k])}
    moved = _permuted(strangers, holders, known_by_key)
    if moved:
        for key, row in moved.items():
            holders[key] = row
        strangers -= moved.keys()
    matched = {key: row for key, row in holders.items() if key in known_by_key}
    followed = sum(1 for row in known_by_key.values() if row.absences < CLOSED_AFTER)
    if not is_accepted and len(strangers) > max(MISMATCHES_ALLOWED, MISMATCH_SHARE * len(matched)):
        return _braked(
            matched,
            strangers,
            f"{len(strangers)} lignes ne correspondent plus à leur référence (tri partiel, collage ?)",
        )
    homeless, reattached = _reattached(homeless, known_by_key, matched)
    matched |= reattached
    gone = [row for key, row in known_by_key.items() if key not in matched and row.absences < CLOSED_AFTER]
    brake = None
    # Suspended rows count too, else the brake would let go at the next reading of the same wrong tab.
    is_mass = len(gone) > max(VANISHED_ALLOWED, VANISH_SHARE * followed) or (len(gone) == followed and followed > 1)
    if is_mass and not is_accepted:
        brake = f"{len(gone)} lignes sur {followed} ont disparu d'un coup (mauvais onglet, version restaurée ?)"
    created = {} if brake else {key: row for key, row in holders.items() if key not in known_by_key}
    taken = known_by_key.keys() | created.keys()
    for row in () if brake else homeless:
        key = _fresh(draw, taken)
        created[key] = row
        taken.add(key)
    return Outcome(
        matched=_placed(matched),
        created=_placed(created),
        absent=tuple(row.key for row in gone),
        returned=tuple(key for key in matched if known_by_key[key].absences > 0),
        brake=brake,
    )


def _holders(seen: Sequence[SeenRow], known: dict[str, KnownRow]) -> tuple[dict[str, SeenRow], list[SeenRow]]:
    """One row per key cell; of several with the same, the one that fits best keeps it. The rest has no key."""
    claims: defaultdict[str, list[SeenRow]] = defaultdict(list)
    homeless = []
    for row in seen:
        if row.key:
            claims[row.key].append(row)
        else:
            homeless.append(row)
    holders = {}
    for key, rows in claims.items():
        item = known.get(key)
        exact = [row for row in rows if item and row.fingerprint == item.fingerprint]
        near = [row for row in rows if item and row.fingerprint.resembles(item.fingerprint)]
        holders[key] = (exact or near or rows)[0]
        homeless += [row for row in rows if row is not holders[key]]
    return holders, sorted(homeless, key=lambda row: row.position)


def _is_same(row: SeenRow, item: KnownRow) -> bool:
    return row.fingerprint.resembles(item.fingerprint)


def _permuted(strangers: set[str], holders: dict[str, SeenRow], known: dict[str, KnownRow]) -> dict[str, SeenRow]:
    """The key column stayed while the rest was sorted: each stranger's row is exactly another stranger's item."""
    wanted = Counter(known[key].fingerprint for key in strangers)
    if not strangers or wanted != Counter(holders[key].fingerprint for key in strangers) or max(wanted.values()) > 1:
        return {}
    row_of = {holders[key].fingerprint: holders[key] for key in strangers}
    return {key: row_of[known[key].fingerprint] for key in strangers}


def _reattached(
    homeless: list[SeenRow], known: dict[str, KnownRow], matched: dict[str, SeenRow]
) -> tuple[list[SeenRow], dict[str, SeenRow]]:
    """A row that lost its key cell is recognised by its fingerprint, when the item is nowhere else."""
    lost: defaultdict[Fingerprint, list[str]] = defaultdict(list)
    for key, item in known.items():
        if key not in matched:
            lost[item.fingerprint].append(key)
    left, found = [], {}
    for row in homeless:
        keys = lost.get(row.fingerprint)
        if keys:
            found[keys.pop(0)] = row
        else:
            left.append(row)
    return left, found


def _braked(matched: dict[str, SeenRow], strangers: set[str], brake: str) -> Outcome:
    certain = {key: row for key, row in matched.items() if key not in strangers}
    return Outcome(matched=_placed(certain), doubtful=tuple(sorted(strangers)), brake=brake)


def _placed(rows: dict[str, SeenRow]) -> tuple[tuple[int, str], ...]:
    return tuple(sorted((row.position, key) for key, row in rows.items()))


def _fresh(draw: Draw, taken: Container[str]) -> str:
    while (key := key_from(draw())) in taken:
        pass
    return key


def _digest(parts: Sequence[str]) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]
