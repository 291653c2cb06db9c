"""Real servers for the tests: one private PostgreSQL and one private RabbitMQ per run, a fresh database per test."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from relance.sandbox import processes
from relance.sandbox.servers import home, ports, postgres, rabbitmq

CHECKOUT = Path(__file__).resolve().parents[1]
ROLES_SQL = CHECKOUT / "deploy/postgres/roles.sql"
TEMPLATE = "relance_template"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--operations", type=int, default=300, help="acts of the person in tests/randomised, per backend")
    parser.addoption("--seed", type=int, default=1, help="where tests/randomised starts from")
    parser.addoption("--full", action="store_true", help="also what takes long or needs a package registry")
    parser.addoption("--play", type=int, help="one play of tests/matrix, on every build")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("full") and not item.config.getoption("--full"):
        pytest.skip("only with --full")


@dataclass(frozen=True, slots=True)
class Database:
    """A migrated, empty database; one DSN per role: owner, ledger_sync, scheduler, sender, inbox, cli, clock, admin."""

    server: postgres.Postgres
    name: str

    def dsn(self, role: str) -> str:
        return self.server.dsn(role, self.name)


@pytest.fixture(scope="session")
def practice_home() -> Iterator[home.Home]:
    for stale in (CHECKOUT / ".relance").glob("test-*"):
        if not processes.is_alive(int(stale.name.partition("-")[2])):
            shutil.rmtree(stale, ignore_errors=True)
    made = home.prepare(CHECKOUT, f"test-{os.getpid()}")
    yield made
    shutil.rmtree(made.servers, ignore_errors=True)
    shutil.rmtree(made.root, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(practice_home: home.Home) -> Iterator[postgres.Postgres]:
    server = postgres.Postgres(practice_home, port=ports.free(), password="practice")
    asyncio.run(server.start())
    try:
        asyncio.run(server.create_database(TEMPLATE, ROLES_SQL))
        yield server
    finally:
        asyncio.run(server.stop("immediate"))


@pytest.fixture(scope="session")
def rabbitmq_server(practice_home: home.Home) -> Iterator[rabbitmq.RabbitMQ]:
    server = rabbitmq.RabbitMQ(practice_home, port=ports.free(), password="practice")
    asyncio.run(server.start())
    try:
        yield server
    finally:
        asyncio.run(server.stop())


@pytest.fixture
async def database(postgres_server: postgres.Postgres) -> AsyncIterator[Database]:
    async with fresh(postgres_server) as made:
        yield made


@asynccontextmanager
async def fresh(postgres_server: postgres.Postgres) -> AsyncIterator[Database]:
    """For a fixture that lasts longer than one test."""
    made = Database(postgres_server, f"test_{uuid.uuid4().hex[:12]}")
    admin = await asyncpg.connect(postgres_server.dsn("admin", "postgres"))
    try:
        await admin.execute(f'CREATE DATABASE "{made.name}" TEMPLATE {TEMPLATE} OWNER relance_owner')
        yield made
        await admin.execute(f'DROP DATABASE "{made.name}" WITH (FORCE)')
    finally:
        await admin.close()


@pytest.fixture
async def broker_url(rabbitmq_server: rabbitmq.RabbitMQ) -> str:
    """A broker without any queue of the product."""
    await rabbitmq_server.wipe()
    return rabbitmq_server.url("admin")
