"""A house with one number and one agency, in which customers write; what the inbox made of it is read back."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
from PIL import Image, ImageColor

from relance.contracts import envelope, events
from relance.contracts.envelope import Envelope
from relance.domain import documents
from relance.domain.documents import FileType
from relance.domain.recognising import Fault, Seen, Sight
from relance.inbox import __main__ as inbox
from relance.inbox import collect, inspect
from relance.inbox.desk import Desk
from relance.inbox.vault.port import NewFile, Vault
from relance.store import spool

NOW = datetime(2026, 10, 15, 9, tzinfo=UTC)  # a Thursday
SPOOL_KEY = b"s" * 32
SETTING_UP = """
INSERT INTO number (alias, phone) VALUES ('agence-1', '+33639980001');
INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)
VALUES ('voyages', 'voyage', 'xlsx', 'w', 't', 'Agence Démo', 'EUR', 'FR', 'Europe/Paris', 1);
"""


def photo(color: str = "navy") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(made, "JPEG")
    return made.getvalue()


# What the colours of these pictures stand for.
AS_SEEN = {
    "navy": Seen(Sight.PASSPORT, True, surname="EXEMPLE", given="ALINE", number="12AB34567", nationality="FRA",
                 born=date(1988, 4, 2), expires=date(2033, 6, 30)),
    "red": Seen(Sight.PAN, True, surname="EXEMPLE", given="ALINE", number="ABCPE1234F", born=date(1988, 4, 2)),
    "green": Seen(Sight.VISA_FORM, True),
    "black": Seen(Sight.PASSPORT, fault=Fault.TOO_DARK),
    "gray": Seen(Sight.UNKNOWN, look="00ff00ff00ff00ff"),
    "orange": Seen(Sight.OTHER_ID),
    "yellow": Seen(Sight.PAYMENT_PROOF),
    "maroon": Seen(Sight.PASSPORT, True, surname="EXEMPLE", given="ALINE", number="09ZZ00001", nationality="FRA",
                   born=date(1988, 4, 2), expires=date(2026, 11, 15)),
    "purple": Seen(Sight.PASSPORT, True, surname="HADDAD", given="KARIM", number="20AB12345", nationality="FRA",
                   born=date(1985, 1, 9), expires=date(2033, 6, 30)),
    "pink": Seen(Sight.PAN, True, surname="HADDAD", given="KARIM", number="AAAPH1234F", born=date(1985, 1, 9)),
}  # fmt: skip


async def at_a_glance(data: bytes, today: date) -> inspect.Finding:
    """Knows pictures by their colour: the real examination has its own tests, in tests/unit/inbox/test_inspect.py."""
    del today
    if (refusal := documents.refusal_at_sight(data)) is not None:
        return inspect.Finding(refusal)
    color = Image.open(io.BytesIO(data)).convert("RGB").getpixel((5, 5))

    def distance(name: str) -> int:
        return sum(abs(a - b) for a, b in zip(ImageColor.getrgb(name), color, strict=True))

    return inspect.Finding(None, FileType.JPEG, data, AS_SEEN[min(AS_SEEN, key=distance)])


class Killed(BaseException):
    """The process dies here."""


class FragileVault:
    """A real vault in which one call goes wrong once: at the `nth` call of a method, before or after its effect."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._plan: tuple[str, int, BaseException, bool] | None = None
        self._next_id: str | None = None

    def break_in(self, method: str, error: BaseException, *, nth: int = 1, is_after: bool = False) -> None:
        self._plan = (method, nth, error, is_after)

    def answer_next_id(self, spent: str) -> None:
        self._next_id = spent

    async def new_id(self) -> str:
        if self._next_id is not None:
            spent, self._next_id = self._next_id, None
            return spent
        return await self._call("new_id", self._vault.new_id)

    async def ensure_folder(self, folder_id: str, *, name: str, parent_id: str | None) -> None:
        await self._call("ensure_folder", lambda: self._vault.ensure_folder(folder_id, name=name, parent_id=parent_id))

    async def verify_access(self, file_id: str) -> str:
        return await self._call("verify_access", lambda: self._vault.verify_access(file_id))

    async def put(self, file: NewFile) -> None:
        await self._call("put", lambda: self._vault.put(file))

    async def stat(self, file_id: str) -> str | None:
        return await self._call("stat", lambda: self._vault.stat(file_id))

    async def delete(self, file_id: str) -> None:
        await self._call("delete", lambda: self._vault.delete(file_id))

    async def _call(self, method: str, call: Callable[[], Awaitable[Any]]) -> Any:
        if self._plan is None or self._plan[0] != method:
            return await call()
        _, nth, error, is_after = self._plan
        if nth > 1:
            self._plan = (method, nth - 1, error, is_after)
            return await call()
        self._plan = None
        if is_after:
            await call()
        raise error


@dataclass
class Clock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class World:
    owner: asyncpg.Connection
    desk: Desk
    vault: FragileVault
    clock: Clock
    told: list[Envelope] = field(default_factory=list)

    async def customer(self, phone: str = "+33639980101") -> int:
        return await self.owner.fetchval(
            "INSERT INTO customer (phone, name, language, zone, number_id) "
            "VALUES ($1, 'Aline Exemple', 'fr', 'Europe/Paris', 1) RETURNING id",
            phone,
        )

    async def item(self, customer_id: int, *, balance: int = 900, status: str = "pending", travellers: int = 1) -> int:
        return await self.owner.fetchval(
            "INSERT INTO receivable (ledger_id, key, customer_id, status, currency, total, balance, due_on, "
            "departs_on, travellers, fingerprint, cells_hash, position, created_at, changed_at, paid_evidence) "
            "VALUES (1, $1, $2, $3, 'EUR', 1000, $4, '2026-11-01', $5, $6, 'f', 'c', 1, $7, $7, $8) RETURNING id",
            uuid.uuid4().hex[:8].upper(),
            customer_id,
            status,
            balance,
            date(2026, 12, 1),
            travellers,
            NOW,
            "sheet" if status == "paid" else None,
        )

    async def job(
        self, customer_id: int, receivable_id: int, *, state: str = "due", kind: str = "payment", template: str = "x"
    ) -> uuid.UUID:
        return await self.owner.fetchval(
            "INSERT INTO send_job (id, number_id, customer_id, receivable_id, kind, template, language, body, state, "
            "due_at, sent_at, evidence) VALUES ($1, 1, $2, $3, $4, $5, 'fr', 'texte', $6, $7, $7, '{}') RETURNING id",
            uuid.uuid4(),
            customer_id,
            receivable_id,
            kind,
            template,
            state,
            NOW,
        )

    async def write(self, customer_id: int, body: str = "", *, media: bytes | None = None, kind: str = "") -> Envelope:
        """What the sender stores when a customer writes, and the event it leaves in the outbox."""
        inbound_id, media_id = uuid.uuid4(), uuid.uuid4() if media is not None else None
        await self.owner.execute(
            "INSERT INTO inbound_message (id, number_id, customer_id, page_key, kind, body, received_at, media_id) "
            "VALUES ($1, 1, $2, $3, $4, $5, $6, $7)",
            inbound_id,
            customer_id,
            inbound_id.hex,
            kind or ("text" if media is None else "image"),
            body,
            self.clock.at,
            media_id,
        )
        if media is not None and media_id is not None:
            nonce, sealed = spool.seal(SPOOL_KEY, media_id, media)
            await self.owner.execute(
                "INSERT INTO media_spool (id, inbound_id, mime, size_bytes, sha256, nonce, sealed, created_at) "
                "VALUES ($1, $2, 'image/jpeg', $3, $4, $5, $6, $7)",
                media_id,
                inbound_id,
                len(media),
                hashlib.sha256(media).hexdigest(),
                nonce,
                sealed,
                self.clock.at,
            )
        return self.event(events.InboundReceived(inbound_id=inbound_id, customer_id=customer_id))

    def event(self, payload: envelope.Payload) -> Envelope:
        return envelope.wrap(payload, source="sender", at=self.clock.at)

    async def hear(self, *messages: Envelope) -> None:
        for message in messages:
            await inbox.consuming(self.desk)(message)

    async def receive(self, customer_id: int, body: str = "", **told: Any) -> uuid.UUID:
        """A customer writes and the inbox does all that follows; the message's id."""
        message = await self.write(customer_id, body, **told)
        await self.hear(message)
        await collect.work_off(self.desk)
        assert isinstance(message.data, events.InboundReceived)
        return message.data.inbound_id

    async def ask_for_documents(self, customer_id: int, receivable_id: int) -> None:
        job_id = await self.job(customer_id, receivable_id, state="sent", kind="documents", template="voyage_documents")
        await self.hear(self.event(events.MessageSent(job_id=job_id)))

    async def later(self, **by: float) -> None:
        self.clock.at += timedelta(**by)
        await inbox.sweep(self.desk)
        await collect.work_off(self.desk)

    async def rows(self, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.owner.fetch(query, *arguments)]

    async def live_holds(self) -> list[tuple[Any, ...]]:
        return await self.rows("SELECT scope, reason FROM hold WHERE lifted_at IS NULL ORDER BY id")

    async def outbox(self, kind: str) -> list[dict[str, Any]]:
        rows = await self.owner.fetch("SELECT body FROM outbox WHERE routing_key = $1 ORDER BY id", kind)
        return [envelope.Envelope.model_validate_json(row["body"]).data.model_dump() for row in rows]

    async def answers(self) -> list[str]:
        return [asked["template"] for asked in await self.outbox("answer.requested.v1")]

    async def tasks(self) -> list[str]:
        return [row[0] for row in await self.rows("SELECT kind FROM human_task WHERE closed_at IS NULL ORDER BY id")]

    async def papers(self) -> Sequence[str]:
        return [row[0] for row in await self.rows("SELECT state FROM document ORDER BY traveller, id")]

    async def stored(self) -> int:
        return len(await self.rows("SELECT 1 FROM vault_access WHERE action = 'stored'"))
