"""States and their causes on the page itself, linking by a code, and the wrong phone. About 90 s."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from relance.domain.delivery import SessionState
from relance.domain.errors import ComposerMissing, NotOnWhatsApp, SessionLost
from relance.sender.whatsapp import elements
from relance.sender.whatsapp.standing import Cause
from tests.integration import whatsapp_world
from tests.integration.whatsapp_world import READY_S, SENDER, World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

OTHER = "+33639980002"
BUILDS = [("2024", "fr"), ("2026a", "en"), ("2026b", "fr")]
SCREENS = {
    "app_lock": (SessionState.OFFLINE, Cause.APP_LOCK),
    "expired": (SessionState.OFFLINE, Cause.EXPIRED),
    "checkpoint": (SessionState.RESTRICTED, Cause.CHECKPOINT),
    "unsupported": (SessionState.OFFLINE, Cause.UNSUPPORTED),
    "database": (SessionState.OFFLINE, Cause.STORAGE),
}
BANNERS = {
    "warning": (SessionState.RESTRICTED, Cause.WARNING),
    "capping": (SessionState.THROTTLED, Cause.CAP),
    "rate": (SessionState.THROTTLED, Cause.RATE),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def linked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    numbers = f"{SENDER}=Agence,{OTHER}=Ailleurs"
    async with whatsapp_world.linked(tmp_path_factory.mktemp("standing"), numbers=numbers) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def world(linked: World) -> AsyncIterator[World]:
    yield linked
    await linked.fault("clear")
    await linked.serve("2026a", "fr")


async def until_it_stands(world: World, state: SessionState, cause: Cause | None) -> None:
    page = world.page
    while await page.state() is not state or page.standing.cause is not cause:
        await page._tab.until("gone", element=elements.QR, deadline_s=0.2)


@pytest.mark.parametrize(("profile", "lang"), BUILDS)
@pytest.mark.parametrize("screen", SCREENS)
async def test_a_screen_in_place_of_the_client_is_told_with_its_cause(
    world: World, screen: str, profile: str, lang: str
) -> None:
    await world.serve(profile, lang)
    await world.fault("screen", screen=screen)
    await until_it_stands(world, *SCREENS[screen])
    with pytest.raises(SessionLost):
        await world.page.open_chat(world.somebody(), title=None)


@pytest.mark.parametrize(("profile", "lang"), BUILDS)
@pytest.mark.parametrize("banner", BANNERS)
async def test_what_the_server_holds_against_the_account_is_told(
    world: World, banner: str, profile: str, lang: str
) -> None:
    await world.serve(profile, lang)
    await world.fault("banner", number=SENDER, banner=banner)
    await until_it_stands(world, *BANNERS[banner])


@pytest.mark.parametrize("how", ["timelock", "capped"])
@pytest.mark.parametrize(("profile", "lang"), BUILDS)
async def test_a_chat_without_a_composer_stops_the_number(world: World, how: str, profile: str, lang: str) -> None:
    await world.serve(profile, lang)
    await world.fault("restricted", number=SENDER, on=True, how=how)
    with pytest.raises(ComposerMissing):
        await world.page.open_chat(world.somebody(), title=None)
    assert await world.page.state() is SessionState.RESTRICTED


@pytest.mark.parametrize("label", [True, False], ids=["labelled", "bare"])
@pytest.mark.parametrize("lang", ["fr", "en", "es", "ar"])
async def test_a_bad_number_is_understood_in_four_languages(world: World, lang: str, label: bool) -> None:
    await world.fault("popup", lang=lang, label=label)
    absent = world.somebody()
    await world.fault("not_on_whatsapp", phone=absent)
    for phone in (absent, "+33123"):
        with pytest.raises(NotOnWhatsApp):
            await world.page.open_chat(phone, title=None)
    assert await world.page.wait_ready(READY_S) is SessionState.CONNECTED


async def test_another_window_gives_the_session_back(world: World) -> None:
    context = world.page._tab.page.context
    other = await context.new_page()
    await other.goto(world.url)
    await other.get_by_text("Utiliser ici", exact=True).click()
    await until_it_stands(world, SessionState.OFFLINE, Cause.USE_HERE)
    assert await world.page.wait_ready(READY_S) is SessionState.CONNECTED
    await other.close()


async def test_the_phone_of_another_number_is_logged_out_and_said(world: World) -> None:
    page = world.page
    page._number, page._is_foreign = OTHER, None
    try:
        while await page.wait_ready(READY_S) is not SessionState.LOGGED_OUT or not await page.qr_payload():
            pass
        assert page.standing.cause is Cause.OTHER_NUMBER
        accounts = {each["number"]: each["linked"] for each in await world.accounts()}
        assert accounts[SENDER] is False
    finally:
        page._number, page._is_foreign = None, None
        await world.link()


@pytest.mark.parametrize(("profile", "lang"), BUILDS)
async def test_a_phone_is_linked_by_a_code(world: World, profile: str, lang: str) -> None:
    await world.fault("logout", number=SENDER)
    await world.post("profile", profile=profile, lang=lang)
    await world.page._tab.goto(world.url)
    code = await world.page.link_code(SENDER)
    assert len(code) == len("ABCD-EFGH")
    assert await world.post("link_code", number=SENDER, code=code) == {"linked": 1}
    assert await world.page.wait_ready(READY_S) is SessionState.CONNECTED


async def test_a_refusal_to_link_is_told_and_not_insisted_on(world: World) -> None:
    await world.fault("logout", number=SENDER)
    await world.fault("link_refused", on=True)
    await world.page._tab.goto(world.url)
    with pytest.raises(SessionLost):
        await world.page.link_code(SENDER)
    await world.fault("clear")
    await world.page._tab.goto(world.url)
    await world.link()
