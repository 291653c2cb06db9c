"""Four builds of the page × two languages × seeded plays in which things go wrong at random instants.

In each: nobody gets what was not meant for them, nobody gets anything twice, every message ends, and every answer is
stored once. One play a build in an ordinary run (three minutes), twenty-five with `--full` (an hour and a half);
`--play N` repeats one of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from tests.conftest import fresh
from tests.matrix import plans, stage, verdict
from tests.matrix.stage import Stage

pytestmark = [
    pytest.mark.servers, pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="module"),
]  # fmt: skip

BUILDS = [(profile, lang) for profile in ("2024", "2025", "2026a", "2026b") for lang in ("fr", "en")]
WHOLE, REDUCED = 25, 1


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    asked = metafunc.config.getoption("--play")
    if asked is not None:
        numbers = [asked]
    elif metafunc.config.getoption("--full"):
        numbers = list(range(WHOLE))
    else:
        numbers = []
    plays = [
        pytest.param(build, number, id=f"{'-'.join(build)}-{number}")
        for place, build in enumerate(BUILDS)
        for number in (numbers or [(place * REDUCED + n) for n in range(REDUCED)])
    ]
    metafunc.parametrize(("build", "number"), plays, indirect=["build"], scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def build(request, tmp_path_factory, postgres_server, rabbitmq_server) -> AsyncIterator[tuple[Stage, str, str]]:
    profile, lang = request.param
    await rabbitmq_server.wipe()
    directory: Path = tmp_path_factory.mktemp(f"{profile}-{lang}")
    async with fresh(postgres_server) as database:
        owner = await asyncpg.create_pool(database.dsn("admin"), min_size=1, max_size=4)
        told = {"dsn": database.dsn("sender"), "broker_url": rabbitmq_server.url("admin")}
        async with stage.opened(directory, owner, profile=profile, lang=lang, **told) as opened:
            yield opened, profile, lang
        owner.terminate()


async def test_whatever_goes_wrong_each_message_reaches_its_person_once_and_each_answer_is_kept(build, number):
    played, profile, lang = build
    plan = plans.made(number, salt=f"{profile}-{lang}")
    await played.start(plan)
    try:
        jobs = await played.play(plan)
    finally:
        await played.stop()
    found = await verdict.complaints(played.office.owner, await played.journal(), plan, jobs)
    assert found == [], verdict.described(plan, profile, lang)
