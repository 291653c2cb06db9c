"""What must never have happened in a play, told by the sandbox's journal and the database; one sentence each."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import asyncpg

from tests.integration.sender.conftest import AGENCY
from tests.matrix.plans import Plan

LEFT = frozenset({"sent", "delivered", "read"})
NOT_LEFT = frozenset({"failed", "cancelled"})
MOST_ATTEMPTS = 3


async def complaints(
    owner: asyncpg.Pool, journal: list[dict[str, Any]], plan: Plan, jobs: dict[uuid.UUID, tuple[str, str]]
) -> list[str]:
    rows = await owner.fetch("SELECT id, state, reason, attempt FROM send_job WHERE id = ANY($1)", list(jobs))
    states = {row["id"]: row for row in rows}
    everybody = {*plan.people, *plan.strangers}
    out = Counter((e["to"], e["text"]) for e in journal if e["direction"] == "out" and e["to"] in everybody)
    return [
        *_of_messages(out, jobs, states),
        *_of_states(plan, jobs, states),
        *await _of_answers(owner, plan),
    ]


def _of_messages(
    out: Counter[tuple[str, str]], jobs: dict[uuid.UUID, tuple[str, str]], states: dict[uuid.UUID, asyncpg.Record]
) -> list[str]:
    said = []
    for letter in {*out, *jobs.values()}:
        ends = [states[job]["state"] for job, wanted in jobs.items() if wanted == letter]
        certain = sum(state in LEFT for state in ends)
        possible = sum(state not in NOT_LEFT for state in ends)
        if not certain <= out[letter] <= possible:
            said.append(f"{letter}: {out[letter]} left, the rows say {ends}")
    return said


def _refuses(plan: Plan) -> bool:
    return any(mishap.kind == "refuse" for mishap in plan.mishaps)


def _of_states(
    plan: Plan, jobs: dict[uuid.UUID, tuple[str, str]], states: dict[uuid.UUID, asyncpg.Record]
) -> list[str]:
    """Every fault of a play ends, and everybody has WhatsApp: each message can be sent, and each doubt be settled.

    Two ends are as good: WhatsApp itself refused the message, and a person's turn after three attempts.
    """
    said = []
    for job in jobs:
        row = states[job]
        is_tired = row["state"] == "review" and row["attempt"] == MOST_ATTEMPTS
        is_refused = (row["state"], row["reason"]) == ("failed", "refused_by_whatsapp")
        if row["state"] not in LEFT and not (is_tired or (is_refused and _refuses(plan))):
            said.append(f"{jobs[job]} ended {row['state']} ({row['reason']}, {row['attempt']} attempts)")
    return said


async def _of_answers(owner: asyncpg.Pool, plan: Plan) -> list[str]:
    rows = await owner.fetch(
        "SELECT c.phone, m.body, count(*) AS count FROM inbound_message m JOIN customer c ON c.id = m.customer_id"
        " GROUP BY c.phone, m.body"
    )
    stored = {(row["phone"], row["body"]): row["count"] for row in rows}
    wanted = {(one.by, one.text): 1 for one in plan.answers if one.by in plan.people}
    texts = {one.text for one in plan.answers}
    found = {key: count for key, count in stored.items() if key[1] in texts}
    return [] if found == wanted else [f"answers stored {found}, written {wanted}"]


def described(plan: Plan, profile: str, lang: str) -> str:
    mishaps = ", ".join(f"{one.kind} à {one.at:.1f} s {one.details or ''}" for one in plan.mishaps)
    return f"{profile} {lang} n° {plan.number}: crash {plan.crash}, churn {plan.churn}, {mishaps}; from {AGENCY}"
