"""Follow every enabled ledger: `python -m relance.ledger_sync`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from relance.contracts.envelope import Envelope
from relance.domain.errors import SettingsRejected
from relance.ledger_sync import metrics
from relance.ledger_sync.ledgers import google, google_account, xlsx
from relance.ledger_sync.ledgers.port import Ledger
from relance.ledger_sync.settings import Settings
from relance.ledger_sync.watch import Watch
from relance.runtime import broker, clock, health, lifecycle, logs, settings
from relance.store import ledgers, pool
from relance.store.ledgers import LedgerRow

SERVICE = "ledger-sync"
QUEUE = "ledger-sync.events"
log = logs.get()


async def main(stopping: lifecycle.Stopping) -> None:
    options = settings.load(Settings)
    logs.configure(SERVICE, as_json=options.log_json, level=options.log_level)
    broker_url = options.broker_url.get_secret_value()
    async with (
        lifecycle.product_clock(options) as product_clock,
        lifecycle.opened_pool(options, service=SERVICE) as pool_,
        broker.connected(broker_url, service=SERVICE) as connection,
    ):
        watches = await _watches(options, pool_, product_clock)
        channel = await connection.channel()
        await broker.declare_events(channel)
        async with health.served(options.http_host, options.http_port, lambda: _trouble(watches)) as port:
            log.info("service.started", port=port, count=len(watches))
            async with broker.consuming(connection, QUEUE, _waking(watches)), asyncio.TaskGroup() as group:
                for watch in watches:
                    group.create_task(_follow(watch, options, stopping))
                group.create_task(_release(watches, stopping))


async def _watches(options: Settings, pool_: pool.Pool, product_clock: clock.Clock) -> list[Watch]:
    async with pool_.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        rows = await ledgers.enabled(connection)
    account = _account(options) if any(row.backend == "google" for row in rows) else None
    return [
        Watch(row, _sheet(row, options, account), pool_, now=product_clock.now, settle_polls=options.settle_polls)
        for row in rows
    ]


def _account(options: Settings) -> google_account.Account:
    if options.google_credentials is None:
        raise SettingsRejected("RELANCE_GOOGLE_CREDENTIALS_FILE manque : un classeur de Google est à suivre")

    def counted(code_class: str) -> None:
        metrics.GOOGLE_REQUESTS.labels(api="sheets", code_class=code_class).inc()

    return google_account.opened(
        options.google_credentials.get_secret_value(),
        base_url=options.google_base_url,
        pause_s=options.google_pause_s,
        counted=counted,
    )


def _sheet(row: LedgerRow, options: Settings, account: google_account.Account | None) -> Ledger:
    if account is not None and row.backend == "google":
        return google.GoogleLedger(account, workbook=row.workbook, tab=row.tab)
    return xlsx.XlsxLedger(Path(row.workbook), tab=row.tab, locale=options.xlsx_locale)


def _waking(watches: Sequence[Watch]) -> broker.Consume:
    async def consume(_: Envelope) -> None:
        # Waking twice for one message does no harm, so nothing is remembered about it.
        for watch in watches:
            watch.wake()

    return consume


async def _follow(watch: Watch, options: Settings, stopping: lifecycle.Stopping) -> None:
    async def run() -> None:
        await watch.run(stopping, poll_s=options.poll_s, gap_s=options.wake_gap_s)

    await lifecycle.supervised(run, task=f"ledger-{watch.ledger.id}", stopping=stopping)


async def _release(watches: Sequence[Watch], stopping: lifecycle.Stopping) -> None:
    await stopping.wait()
    for watch in watches:
        watch.wake()


def _trouble(watches: Sequence[Watch]) -> str | None:
    return " ".join(watch.trouble for watch in watches if watch.trouble) or None


if __name__ == "__main__":
    lifecycle.run(main, service=SERVICE)
