"""The deployment file, made rows. Idempotent; whatever left the file is disabled, never deleted."""

from __future__ import annotations

from relance.contracts.deployment import Deployment
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("deployment.sql")


async def apply(connection: Connection, deployment: Deployment) -> None:
    async with connection.transaction():
        for number in deployment.number:
            await connection.execute(
                SQL.put_number, number.alias, number.phone, number.transport,
                number.cloud_phone_id, number.cloud_account_id,
            )  # fmt: skip
        await connection.execute(SQL.retire_numbers, [number.alias for number in deployment.number])
        for one in deployment.ledger:
            await connection.execute(
                SQL.put_ledger, one.name, one.kind, one.backend, one.workbook, one.tab, one.firm, one.currency,
                one.country, one.zone, one.language, one.number, one.registration,
            )  # fmt: skip
        await connection.execute(SQL.retire_ledgers, [ledger.name for ledger in deployment.ledger])
