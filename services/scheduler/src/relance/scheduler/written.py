"""The sequences an owner wrote in a file: taken as versions when the scheduler starts, then part of the policy.

An item that began a sequence keeps its version (`reminder.sequence_version`); the others follow the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from relance.contracts import rulebook
from relance.contracts.rulebook import WrittenSequence
from relance.domain import steps
from relance.domain.errors import SettingsRejected
from relance.domain.steps import Policy, Purpose
from relance.scheduler.texts import LANGUAGES, Texts
from relance.store import sequences
from relance.store.pool import Connection
from relance.store.sequences import Ledger


async def take(connection: Connection, file: Path | None, texts_: Texts, now: datetime) -> None:
    """Keep the file's sequences as versions. Raises SettingsRejected; nothing is kept of a file with a fault."""
    if file is None:
        return
    found = rulebook.read_sequences(file)
    _refuse_missing_texts(found, texts_)
    async with connection.transaction():
        for ledger, sequence in _by_ledger(await sequences.ledgers(connection), found).items():
            await sequences.take(connection, ledger, sequence, by=file.name, now=now)


def purposes(file: Path | None) -> Mapping[str, Purpose]:
    """What each text of the file's steps is for; one that a payment step uses too is a payment reminder."""
    found: dict[str, Purpose] = {}
    for one in () if file is None else rulebook.read_sequences(file):
        for step in one.sequence.steps:
            if found.get(step.template) is not Purpose.PAYMENT and step.template not in steps.BY_NAME:
                found[step.template] = step.purpose
    return found


async def laid_on(connection: Connection, policy: Policy, file: Path | None) -> Policy:
    """The policy with each ledger's own sequence; writes nothing."""
    if file is None:
        return policy
    own = dict(policy.by_ledger)
    written = _by_ledger(await sequences.ledgers(connection), rulebook.read_sequences(file))
    for ledger, sequence in written.items():
        versioned = replace(sequence, version=await sequences.version_of(connection, ledger, sequence))
        base = policy.of(ledger.id)
        own[ledger.id] = replace(base, sequences={**base.sequences, ledger.kind: versioned})
    return replace(policy, by_ledger=own)


def _by_ledger(ledgers: Sequence[Ledger], found: Sequence[WrittenSequence]) -> Mapping[Ledger, steps.Sequence]:
    """Each ledger's sequence: the one that names it, else the one of its kind."""
    names = {ledger.name for ledger in ledgers}
    stray = next((one.ledger for one in found if one.ledger is not None and one.ledger not in names), None)
    if stray is not None:
        raise SettingsRejected(f"une suite est écrite pour « {stray} », qui n'est pas un classeur (connus : {names})")
    chosen = {}
    for ledger in ledgers:
        fitting = [one for one in found if one.sequence.kind is ledger.kind and one.ledger in {None, ledger.name}]
        if fitting:
            chosen[ledger] = max(fitting, key=lambda one: one.ledger is not None).sequence
    return chosen


def _refuse_missing_texts(found: Sequence[WrittenSequence], texts_: Texts) -> None:
    for one in found:
        for step in one.sequence.steps:
            wanted = [step.template]
            if step.purpose is Purpose.PAYMENT:
                wanted.append(steps.grouped_template(step.template))
            for name in wanted:
                missing = [language for language in LANGUAGES if (language, name) not in texts_.templates]
                if missing and step.mode is not steps.Mode.TASK:
                    raise SettingsRejected(f"étape {step.name} : il manque le texte {missing[0]}/{name}.txt")
