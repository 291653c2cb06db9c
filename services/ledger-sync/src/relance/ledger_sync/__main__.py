"""Follow every enabled ledger: `python -m relance.ledger_sync`."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from relance.contracts.envelope import Envelope
from relance.domain.errors import SettingsRejected
from relance.ledger_sync import metrics, webhook
from relance.ledger_sync.blueprint import JOURNAL_TAB
from relance.ledger_sync.journal import Journal
from relance.ledger_sync.ledgers import google, google_account, google_book, xlsx
from relance.ledger_sync.ledgers.port import Ledger, Register
from relance.ledger_sync.ledgers.quota import Quota
from relance.ledger_sync.poll import Pace, Poll
from relance.ledger_sync.settings import Settings
from relance.ledger_sync.settings_tab import SETTINGS_TAB, TEXTS_TAB
from relance.ledger_sync.settings_watch import SettingsWatch
from relance.ledger_sync.watch import Watch
from relance.runtime import broker, clock, health, lifecycle, logs, settings
from relance.store import ledgers, pool
from relance.store.ledgers import LedgerRow

SERVICE = "ledger-sync"
QUEUE = "ledger-sync.events"
log = logs.get()

# A sheet is a million small objects that stay and hold no cycles: at Python's usual pace a quarter of an import would
# be spent on looking through them again and again.
COLLECT_AFTER = (100_000, 20, 100)


async def main(stopping: lifecycle.Stopping) -> None:
    options = settings.load(Settings)
    logs.configure(SERVICE, as_json=options.log_json, level=options.log_level)
    gc.set_threshold(*COLLECT_AFTER)
    broker_url = options.broker_url.get_secret_value()
    async with (
        lifecycle.product_clock(options) as product_clock,
        lifecycle.opened_pool(options, service=SERVICE) as pool_,
        broker.connected(broker_url, service=SERVICE) as connection,
    ):
        polls = await _polls(options, pool_, product_clock)
        channel = await connection.channel()
        await broker.declare_events(channel)
        async with (
            health.served(options.http_host, options.http_port, lambda: _trouble(polls)) as port,
            _webhook(options, polls),
        ):
            log.info("service.started", port=port, count=len(polls))
            async with broker.consuming(connection, QUEUE, _waking(polls)), asyncio.TaskGroup() as group:
                for poll in polls:
                    group.create_task(_follow(poll, options, stopping))
                group.create_task(_release(polls, stopping))


async def _polls(options: Settings, pool_: pool.Pool, product_clock: clock.Clock) -> list[Poll]:
    """One for each workbook, with all its ledgers."""
    async with pool_.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        rows = await ledgers.enabled(connection)
    account = _account(options) if any(row.backend == "google" for row in rows) else None
    pace = Pace(options.poll_s, options.poll_night_s, options.office_opens, options.office_closes)
    polls = []
    for workbook in dict.fromkeys((row.backend, row.workbook) for row in rows):
        book = google_book.Book(account, workbook[1]) if account and workbook[0] == "google" else None
        watches = [
            Watch(row, _sheet(row, options, book), pool_, now=product_clock.now, settle_polls=options.settle_polls)
            for row in rows
            if (row.backend, row.workbook) == workbook
        ]
        words = {title: _words(workbook[1], title, options, book) for title in (SETTINGS_TAB, TEXTS_TAB)}
        followed = SettingsWatch([watch.ledger for watch in watches], words, pool_, now=product_clock.now)
        lines = _journal(workbook[1], options, account if book else None)
        kept = Journal([watch.ledger for watch in watches], lines, pool_)
        polls.append(Poll(watches, pace, now=product_clock.now, also=[followed.round, kept.round]))
    return polls


def _words(workbook: str, tab: str, options: Settings, book: google_book.Book | None) -> Ledger:
    if book is not None:
        return google.GoogleLedger(book.account, workbook=workbook, tab=tab, book=book, is_words=True)
    return xlsx.XlsxLedger(Path(workbook), tab=tab, locale=options.xlsx_locale)


def _journal(workbook: str, options: Settings, account: google_account.Account | None) -> Register:
    """Read only when there is something to add: it grows for ever, and polls stay small."""
    if account is not None:
        return google.GoogleLedger(account, workbook=workbook, tab=JOURNAL_TAB, is_words=True)
    return xlsx.XlsxLedger(Path(workbook), tab=JOURNAL_TAB, locale=options.xlsx_locale)


@asynccontextmanager
async def _webhook(options: Settings, polls: Sequence[Poll]) -> AsyncIterator[None]:
    if options.webhook_secret is None:
        yield
        return

    def wake(workbook: str) -> bool:
        told = [poll for poll in polls if poll.workbook == workbook]
        for poll in told:
            poll.wake()
        return bool(told)

    secret = options.webhook_secret.get_secret_value()
    async with webhook.served(options.webhook_host, options.webhook_port, secret, wake) as port:
        log.info("webhook.started", port=port)
        yield


def _account(options: Settings) -> google_account.Account:
    if options.google_credentials is None:
        raise SettingsRejected("RELANCE_GOOGLE_CREDENTIALS_FILE manque : un classeur de Google est à suivre")

    def counted(code_class: str) -> None:
        metrics.GOOGLE_REQUESTS.labels(api="sheets", code_class=code_class).inc()

    return google_account.opened(
        options.google_credentials.get_secret_value(),
        base_url=options.google_base_url,
        counted=counted,
        per_minute=options.google_calls_per_minute,
        project=Quota(options.google_project_calls_per_minute),
    )


def _sheet(row: LedgerRow, options: Settings, book: google_book.Book | None) -> Ledger:
    if book is not None:
        return google.GoogleLedger(book.account, workbook=row.workbook, tab=row.tab, book=book)
    return xlsx.XlsxLedger(Path(row.workbook), tab=row.tab, locale=options.xlsx_locale)


def _waking(polls: Sequence[Poll]) -> broker.Consume:
    async def consume(_: Envelope) -> None:
        # Waking twice for one message does no harm, so nothing is remembered about it.
        for poll in polls:
            poll.wake()

    return consume


async def _follow(poll: Poll, options: Settings, stopping: lifecycle.Stopping) -> None:
    async def run() -> None:
        await poll.run(stopping, gap_s=options.wake_gap_s)

    await lifecycle.supervised(run, task=f"ledger-{poll.watches[0].ledger.id}", stopping=stopping)


async def _release(polls: Sequence[Poll], stopping: lifecycle.Stopping) -> None:
    await stopping.wait()
    for poll in polls:
        poll.wake()


def _trouble(polls: Sequence[Poll]) -> str | None:
    return " ".join(watch.trouble for poll in polls for watch in poll.watches if watch.trouble) or None


if __name__ == "__main__":
    lifecycle.run(main, service=SERVICE)
