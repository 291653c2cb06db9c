"""The state of the page, as the house sees it: the session row, the QR code to scan, the metrics.

This watch is also the browser's watchdog. A suspected restriction stops the number (`number_stop`), over restarts too,
until a person has looked and says `relance number resume`: no message leaves meanwhile, and nothing is tried again.
"""

from __future__ import annotations

import time

from relance.domain import suspicion
from relance.domain.delivery import SessionState
from relance.domain.errors import BrowserLost, PageStuck
from relance.domain.suspicion import Sign
from relance.runtime import logs
from relance.runtime.lifecycle import Stopping
from relance.sender import metrics
from relance.sender.desk import Desk
from relance.store import numbers, pool, sends

log = logs.get()

WATCH_S = 0.5
# While it loads or reconnects the page has nothing better to do than to be waited for.
READY_S = 5.0
PASSING = frozenset({SessionState.CONNECTING, SessionState.OFFLINE})
MISSES_IN_A_ROW = 3
# Loading takes seconds, a minute at worst; a page stuck at 99 % is a known complaint, and only a new start ends it.
LOADING_S = 180.0
UNLINKED = frozenset({SessionState.UNPAIRED, SessionState.LOGGED_OUT})
HEARING = frozenset({SessionState.CONNECTED, SessionState.THROTTLED, SessionState.RESTRICTED})


class Session:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._qr: str | None = None
        self._advice = ""
        self._misses = 0
        self._loading_since: float | None = None
        self.seen = SessionState.CONNECTING
        self.state = SessionState.CONNECTING

    @property
    def can_hear(self) -> bool:
        """A restricted number sends nothing, but its customers still write."""
        return self.seen in HEARING

    @property
    def is_unlinked(self) -> bool:
        return self.state in UNLINKED

    @property
    def is_connected(self) -> bool:
        return self.state is SessionState.CONNECTED

    async def begin(self) -> None:
        """A restriction suspected before this start still stands."""
        is_restricted = await self._is_restricted()
        await self._tell(SessionState.RESTRICTED if is_restricted else SessionState.CONNECTING, None)

    async def watch(self, stopping: Stopping) -> None:
        """Follow the page until the service stops. Raises BrowserLost when the page does not answer any more."""
        while not stopping.is_set():
            await self.look()
            await stopping.pause(WATCH_S)

    async def look(self) -> None:
        try:
            state, qr = await self._desk.intentions.do(self._seen)
        except PageStuck as error:
            self._misses += 1
            if self._misses >= MISSES_IN_A_ROW:
                raise BrowserLost("la page ne répond plus") from error
            return
        self._misses = 0
        self._notice_stuck(state)
        if state is SessionState.RESTRICTED and self.state is not state:
            await self.restrict(Sign.BANNER)
            return
        if self.state is SessionState.RESTRICTED and await self._is_restricted():
            state, qr = SessionState.RESTRICTED, None
        if self.state in UNLINKED and state not in UNLINKED:
            self._desk.birth.at = time.time()
        if (state, qr, self._desk.page.sentence()) != (self.state, self._qr, self._advice):
            await self._tell(state, qr)

    async def restrict(self, sign: Sign) -> None:
        """Stop the number until a person has looked; once."""
        desk = self._desk
        async with pool.transaction(desk.pool) as connection:
            stop_id = await numbers.restrict(connection, desk.number_id, sign)
            if stop_id is not None:
                subject = f"{desk.number_id}/{stop_id}"
                await sends.ask_human(connection, kind="number_restricted", subject=subject, at=desk.now())
        await self._tell(SessionState.RESTRICTED, None)
        if stop_id is not None:
            log.error("session.restricted", number_id=desk.number_id, reason=sign, hint="relance number status")

    async def mind_signs(self) -> None:
        """Stop the number when what became of its messages looks like a restriction."""
        async with self._desk.pool.acquire() as connection:
            sign = suspicion.suspicion(await sends.signs(connection, self._desk.number_id))
        if sign is not None and self.is_connected:
            await self.restrict(sign)

    async def end(self) -> None:
        if self.state is not SessionState.RESTRICTED:
            await self._tell(SessionState.OFFLINE, None)

    def _notice_stuck(self, state: SessionState) -> None:
        if state is not SessionState.CONNECTING:
            self._loading_since = None
        elif self._loading_since is None:
            self._loading_since = time.monotonic()
        elif time.monotonic() - self._loading_since > LOADING_S:
            raise BrowserLost("la page ne finit pas de se charger")

    async def _seen(self) -> tuple[SessionState, str | None]:
        page = self._desk.page
        state = await page.state()
        if state in PASSING:
            state = await page.wait_ready(READY_S)
        if state in UNLINKED:
            self._desk.open_chat = None
        self.seen = state
        return state, await page.qr_payload() if state in UNLINKED else None

    async def _is_restricted(self) -> bool:
        async with self._desk.pool.acquire() as connection:
            return await numbers.is_restricted(connection, self._desk.number_id)

    async def _tell(self, state: SessionState, qr: str | None) -> None:
        desk, self._advice = self._desk, self._desk.page.sentence()
        async with desk.pool.acquire() as connection:
            await numbers.tell_session(
                connection,
                desk.number_id,
                epoch=desk.epoch,
                state=state,
                qr=qr,
                advice=self._advice,
                at=desk.now(),
            )
        if state is not self.state:
            log.info("session.changed", number_id=desk.number_id, state=state)
        self.state, self._qr = state, qr
        metrics.tell_state(desk.number_id, state)
