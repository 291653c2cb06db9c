"""How a number speaks: the one place where a transport is chosen. The port is `chat_page.ChatPage`.

whatsapp_web  a browser on the number's profile (the default)
cloud_api     Meta's official API; what it cannot show is kept in the database
null          nobody at all: load tests, and only where a journal is named for it
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from relance.domain.errors import SettingsRejected
from relance.sender import profile
from relance.sender.chat_page import ChatPage
from relance.sender.cloud import graph, page
from relance.sender.lease import Lease
from relance.sender.null_page import NullPage
from relance.sender.settings import SenderSettings
from relance.sender.whatsapp import browser
from relance.store import pool


@asynccontextmanager
async def opened(settings: SenderSettings, lease: Lease, database: pool.Pool, root: Path) -> AsyncIterator[ChatPage]:
    """What the holder of the lease speaks through. Raises SettingsRejected when it is not told enough."""
    match lease.number.transport:
        case "whatsapp_web":
            home = await asyncio.to_thread(profile.prepared, root, lease.number.alias)
            async with browser.launched(
                home,
                executable=settings.sender_chromium,
                headless=settings.sender_headless,
                base_url=settings.whatsapp_url,
                sandbox=settings.sender_chromium_sandbox,
                number=lease.number.phone,
                deaf_to=browser.signals_named(settings.sender_deaf_to),
            ) as shown:
                yield shown
        case "cloud_api":
            async with graph.opened(settings, lease.number) as client:
                yield page.CloudPage(client, database, number_id=lease.number_id, epoch=lease.epoch)
        case "null":
            if settings.sender_null_journal is None:
                raise SettingsRejected(
                    f"Le numéro {lease.number.alias} n'envoie à personne (transport « null ») : "
                    "ce réglage n'existe que pour les essais de charge."
                )
            yield NullPage(settings.sender_null_journal)
        case unknown:
            raise SettingsRejected(f"Le numéro {lease.number.alias} a un transport inconnu : {unknown}")
