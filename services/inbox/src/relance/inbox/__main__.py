"""The inbox: understands replies, files documents. `python -m relance.inbox`, stopped by SIGTERM."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from relance.contracts import events
from relance.contracts.envelope import Envelope
from relance.inbox import audit, collect, expecting, metrics, retention, settings, settle
from relance.inbox.desk import Desk
from relance.inbox.settings import InboxSettings
from relance.inbox.vault import drive, local
from relance.inbox.vault.port import Vault
from relance.runtime import broker, health, lifecycle, logs
from relance.runtime.lifecycle import Stopping
from relance.store import deletions, pool, seen, spool, tasks

SERVICE = "inbox"
QUEUE = "inbox.events"
PATIENCE = timedelta(hours=8)
AUDIT_EVERY = timedelta(days=1)


async def main(stopping: Stopping) -> None:
    told = settings.load()
    logs.configure(SERVICE, as_json=told.log_json, level=told.log_level)
    key = spool.key_from(told.spool_key.get_secret_value())
    async with (
        lifecycle.opened_pool(told, service=SERVICE) as database,
        lifecycle.product_clock(told) as clock,
        _vault(told) as vault,
        broker.connected(told.broker_url.get_secret_value(), service=SERVICE) as connection,
    ):
        await broker.declare_events(await connection.channel())
        desk = Desk(database, vault, key, clock.now, silence=timedelta(seconds=told.inbox_album_s))
        async with (
            health.served(told.http_host, told.http_port, lambda: None),
            broker.consuming(connection, QUEUE, consuming(desk), database=database),
            asyncio.TaskGroup() as group,
        ):
            collecting = partial(_collect, desk, told.inbox_sweep_s, stopping)
            group.create_task(lifecycle.supervised(collecting, task="collect", stopping=stopping))
            patience = timedelta(hours=told.inbox_alert_after_h)
            sweeping = partial(
                sweep, desk, patience, clock=told.retention, audit_every=timedelta(hours=told.vault_audit_h)
            )
            group.create_task(lifecycle.every(told.inbox_sweep_s, sweeping, task="sweep", stopping=stopping))


def consuming(desk: Desk) -> broker.Consume:
    """What each event changes, once, in the transaction that remembers having handled it."""

    async def consume(message: Envelope) -> None:
        async with pool.transaction(desk.database) as connection:
            if not await seen.is_first_time(connection, consumer=SERVICE, message_id=message.id):
                return
            match message.data:
                case events.InboundReceived(inbound_id=inbound_id):
                    await settle.settle(connection, inbound_id, at=desk.now())
                case events.MessageSent(job_id=job_id):
                    await expecting.expect(connection, job_id, at=desk.now())
        desk.arrivals.set()

    return consume


async def sweep(
    desk: Desk,
    patience: timedelta = PATIENCE,
    *,
    clock: deletions.Clock = deletions.Clock(),  # noqa: B008 - frozen
    audit_every: timedelta = AUDIT_EVERY,
) -> None:
    """What no event announces: holds that end, messages whose event was lost, files whose time is over, shares."""
    await settle.catch_up(desk.database, desk.now)
    await settle.expire(desk.database, desk.now)
    await expecting.follow_rows(desk)
    await retention.sweep(desk, clock)
    await audit.look(desk, audit_every)
    at = desk.now()
    async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        await tasks.close_settled(connection, at=at)
        oldest, overdue = await tasks.waiting(connection, overdue_from=at - patience)
    metrics.OLDEST_WAITING.set(0 if oldest is None else (at - oldest).total_seconds())
    metrics.OVERDUE.set(overdue)


async def _collect(desk: Desk, poll_s: float, stopping: Stopping) -> None:
    while not stopping.is_set():
        desk.arrivals.clear()
        await collect.work_off(desk)
        await _arrival_or_stop(desk, stopping, poll_s)


async def _arrival_or_stop(desk: Desk, stopping: Stopping, poll_s: float) -> None:
    waits = {asyncio.ensure_future(desk.arrivals.wait()), asyncio.ensure_future(stopping.wait())}
    try:
        await asyncio.wait(waits, timeout=poll_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


@asynccontextmanager
async def _vault(told: InboxSettings) -> AsyncIterator[Vault]:
    if told.vault == "drive" and told.google_credentials is not None:
        async with drive.opened(
            told.google_credentials.get_secret_value(),
            base=told.google_base_url,
            root=told.drive_folder,
            allowed=told.allowed_readers,
        ) as vault:
            yield vault
    elif told.vault_key is not None:
        key = spool.key_from(told.vault_key.get_secret_value(), setting="RELANCE_VAULT_KEY")
        yield local.LocalVault(told.vault_dir, key=key)


if __name__ == "__main__":
    lifecycle.run(main, service=SERVICE)
