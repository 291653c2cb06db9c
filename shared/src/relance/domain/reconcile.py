"""Which row of the sheet is which item we know, although people sort, insert, delete, copy and paste.

Identity is the key cell, checked by a fingerprint of the person and of the thing owed. When keys and fingerprints
contradict each other on many rows, or many rows are gone at once, we are looking at the wrong thing: everything in
doubt is suspended, and nothing is written until the sheet makes sense again.
"""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from operator import attrgetter

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


HALVES: tuple[Callable[[Fingerprint], str], ...] = (attrgetter("person"), attrgetter("thing"))


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
    position: int = 0
    """Where it was last seen."""


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
    loose = {
        k: row for k, row in holders.items() if k in known_by_key and row.fingerprint != known_by_key[k].fingerprint
    }
    moved = _moved(loose, known_by_key)
    homeless += _displace(holders, loose, moved)
    matched = {key: row for key, row in holders.items() if key in known_by_key}
    edited = {key: row for key, row in matched.items() if row.fingerprint != known_by_key[key].fingerprint}
    doubtful, why = _doubtful(edited, known_by_key)
    followed = sum(1 for row in known_by_key.values() if row.absences < CLOSED_AFTER)
    if not is_accepted and len(doubtful) > max(MISMATCHES_ALLOWED, MISMATCH_SHARE * len(matched)):
        return _braked(matched, doubtful, f"{len(doubtful)} lignes {why}")
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
    place = _Places(seen, known)
    for key, rows in claims.items():
        item = known.get(key)
        exact = [row for row in rows if item and row.fingerprint == item.fingerprint]
        near = [row for row in rows if item and row.fingerprint.resembles(item.fingerprint)]
        best = exact or near or rows
        holders[key] = best[0] if len(best) == 1 or item is None else min(best, key=partial(place.distance, item))
        homeless += [row for row in rows if row is not holders[key]]
    return holders, sorted(homeless, key=lambda row: row.position)


class _Places:
    """Tells a copied row from its copy: the row is still among its neighbours, or nearest to where it was."""

    def __init__(self, seen: Sequence[SeenRow], known: dict[str, KnownRow]) -> None:
        self._seen, self._known = seen, known

    def distance(self, item: KnownRow, row: SeenRow) -> tuple[int, int, int]:
        strange = sum(1 for one, other in zip(self._were(item), self._are(row), strict=True) if one != other)
        return strange, abs(row.position - item.position), row.position

    def _were(self, item: KnownRow) -> tuple[str, str]:
        order, index = self._known_order
        at = index[item.key]
        return _key_at(order, at - 1), _key_at(order, at + 1)

    def _are(self, row: SeenRow) -> tuple[str, str]:
        order, index = self._seen_order
        at = index[row.position]
        return _key_at(order, at - 1), _key_at(order, at + 1)

    @cached_property
    def _known_order(self) -> tuple[list[str], dict[str, int]]:
        rows = sorted((row for row in self._known.values() if row.absences == 0), key=attrgetter("position"))
        order = [row.key for row in rows] + [row.key for row in self._known.values() if row.absences]
        return order, {key: at for at, key in enumerate(order)}

    @cached_property
    def _seen_order(self) -> tuple[list[str], dict[int, int]]:
        rows = sorted(self._seen, key=attrgetter("position"))
        return [row.key for row in rows], {row.position: at for at, row in enumerate(rows)}


def _key_at(keys: Sequence[str], at: int) -> str:
    return keys[at] if 0 <= at < len(keys) else ""


def _moved(loose: dict[str, SeenRow], known: dict[str, KnownRow]) -> dict[str, SeenRow]:
    """The key column stayed while the rest was sorted: a row that is exactly another loose key's item belongs to it."""
    rows, keys = _once(loose), _once({key: known[key] for key in loose})
    return {keys[print_]: loose[holder] for print_, holder in rows.items() if print_ in keys}


def _once(found: Mapping[str, SeenRow] | Mapping[str, KnownRow]) -> dict[Fingerprint, str]:
    """Keys by fingerprint, without the fingerprints that several share."""
    count = Counter(row.fingerprint for row in found.values())
    return {row.fingerprint: key for key, row in found.items() if count[row.fingerprint] == 1}


def _displace(holders: dict[str, SeenRow], loose: dict[str, SeenRow], moved: dict[str, SeenRow]) -> list[SeenRow]:
    """Give the moved rows to their keys; returns the rows that lost theirs by it."""
    taken = {row.position for row in moved.values()}
    displaced = [loose[key] for key in moved if loose[key].position not in taken]
    for key, row in loose.items():
        if row.position in taken and key not in moved:
            del holders[key]
    holders |= moved
    return displaced


def _doubtful(edited: dict[str, SeenRow], known: dict[str, KnownRow]) -> tuple[set[str], str]:
    """Rows of which nothing is left; or people, or things owed, that changed places among the rows."""
    strangers = {key for key, row in edited.items() if not row.fingerprint.resembles(known[key].fingerprint)}
    for half in HALVES:
        changed = {key for key, row in edited.items() if half(row.fingerprint) != half(known[key].fingerprint)}
        before = Counter(half(known[key].fingerprint) for key in changed)
        if len(changed) > MISMATCHES_ALLOWED and before == Counter(half(edited[key].fingerprint) for key in changed):
            return strangers | changed, "ont échangé leurs clients ou leurs dossiers (tri d'une partie des colonnes ?)"
    return strangers, "ne correspondent plus à leur référence (tri partiel, collage ?)"


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


def _braked(matched: dict[str, SeenRow], doubtful: set[str], brake: str) -> Outcome:
    certain = {key: row for key, row in matched.items() if key not in doubtful}
    return Outcome(matched=_placed(certain), doubtful=tuple(sorted(doubtful)), brake=brake)


def _placed(rows: dict[str, SeenRow]) -> tuple[tuple[int, str], ...]:
    return tuple(sorted((row.position, key) for key, row in rows.items()))


def _fresh(draw: Draw, taken: Container[str]) -> str:
    while (key := key_from(draw())) in taken:
        pass
    return key


def _digest(parts: Sequence[str]) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]
