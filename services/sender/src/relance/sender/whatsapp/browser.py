"""Starts Chromium on a number's own profile, and ends it so that the login survives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from playwright import async_api

from relance.domain.errors import PageStuck, SettingsRejected
from relance.sender.whatsapp import census
from relance.sender.whatsapp.page import WhatsAppPage
from relance.sender.whatsapp.tab import Deadlines, Tab

ARGUMENTS = (
    "--password-store=basic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)

DEFAULT_DEADLINES = Deadlines()

WINDOW = async_api.ViewportSize(width=1280, height=860)
"""Wide enough that chat list, chat and contact drawer stand side by side."""


@asynccontextmanager
async def launched(
    profile_dir: Path,
    *,
    executable: str,
    headless: bool,
    base_url: str,
    sandbox: bool,
    number: str | None = None,
    deaf_to: Collection[tuple[str, str]] = frozenset(),
    deadlines: Deadlines = DEFAULT_DEADLINES,
) -> AsyncIterator[WhatsAppPage]:
    """WhatsApp Web on the profile; the caller holds the number's lease, so that nobody else uses the profile.

    `sandbox` is Chromium's own: as root without a user namespace it must be off. Raises SettingsRejected without a
    browser, PageStuck when it or the page does not start.
    """
    if not Path(executable).is_file():
        raise SettingsRejected(
            f"Chromium est introuvable à l'adresse {executable}. Installez-le (« apt install chromium ») "
            "ou indiquez son chemin dans RELANCE_SENDER_CHROMIUM."
        )
    _remove_stale_locks(profile_dir)
    async with async_api.async_playwright() as playwright:
        try:
            context = await playwright.chromium.launch_persistent_context(
                profile_dir,
                executable_path=executable,
                headless=headless,
                chromium_sandbox=sandbox,
                args=list(ARGUMENTS),
                locale="fr-FR",
                viewport=WINDOW,
                timeout=deadlines.launch_s * 1000,
                # Ours to stop: on SIGTERM the message in hand is finished first.
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except async_api.Error as error:
            raise PageStuck("Chromium did not start on this profile") from error
        tab = Tab(context.pages[0] if context.pages else await context.new_page(), deadlines, deaf_to=deaf_to)
        page = WhatsAppPage(tab, base_url, number=number)
        try:
            await tab.goto(base_url)
            yield page
        finally:
            await page.close()


def signals_named(listed: str) -> frozenset[tuple[str, str]]:
    """`send/place,header/first` as pairs. Raises SettingsRejected on one that does not exist."""
    known = {f"{element.name}/{signal.name}" for element in census.CATALOGUE for signal in element.signals}
    wanted = [name.strip() for name in listed.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise SettingsRejected(f"RELANCE_SENDER_DEAF_TO : signal inconnu : {', '.join(unknown)} (relance doctor)")
    return frozenset((name.partition("/")[0], name.partition("/")[2]) for name in wanted)


def _remove_stale_locks(profile_dir: Path) -> None:
    """A killed Chromium leaves them, and the next one refuses to start, on another host above all."""
    profile_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for lock in profile_dir.glob("Singleton*"):
        lock.unlink(missing_ok=True)
