"""Invoices come from links that anybody may have typed: what may be fetched, and what may not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from relance.domain.errors import Refused, Unavailable
from relance.scheduler import invoices

PDF = b"%PDF-1.7 une facture"


@pytest.fixture
async def site() -> AsyncIterator[TestServer]:
    async def pdf(_: web.Request) -> web.Response:
        return web.Response(body=PDF)

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>", content_type="application/pdf")

    async def large(_: web.Request) -> web.Response:
        return web.Response(body=PDF + b"x" * invoices.LARGEST_BYTES)

    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.query["to"])

    async def silent(request: web.Request) -> web.Response:
        await request.content.read()
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"%PDF-")
        await asyncio.Event().wait()
        return web.Response()

    app = web.Application()
    for path, answer in (("/pdf", pdf), ("/page", page), ("/large", large), ("/go", elsewhere), ("/slow", silent)):
        app.router.add_get(path, answer)
    async with TestServer(app) as server:
        yield server


def here(address: str) -> bool:
    """The test's own server stands for the internet; nothing else does."""
    return address == "127.0.0.1"


async def test_a_pdf_behind_a_link_is_fetched_redirections_included(site):
    assert await invoices.fetched(str(site.make_url("/pdf")), is_allowed=here) == PDF
    link = str(site.make_url("/go").with_query(to="/pdf"))
    assert await invoices.fetched(link, is_allowed=here) == PDF


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/x", "http://10.0.0.8/x", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data",
        "http://[::1]/x", "http://[::ffff:10.0.0.1]/x", "http://0.0.0.0/", "http://100.64.1.1/",
        "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1::1]/", "http://[2002:c0a8:101::]/", "http://[::127.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/", "http://[fec0::1]/", "http://[2001::1]/", "http://[ff02::1]/",
    ],
)  # fmt: skip
async def test_a_private_address_is_not_asked(link):
    with pytest.raises(Refused, match="adresse privée"):
        await invoices.fetched(link)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_an_address_of_the_internet_may_be_asked(address):
    assert invoices.is_public(address)


async def test_a_name_that_leads_to_this_machine_is_not_asked(site):
    with pytest.raises(Refused, match="adresse privée"):
        await invoices.fetched(f"http://localhost:{site.port}/pdf")


async def test_a_redirection_to_a_private_address_is_not_followed(site):
    link = str(site.make_url("/go").with_query(to="http://10.0.0.8/x"))
    with pytest.raises(Refused, match="adresse privée"):
        await invoices.fetched(link, is_allowed=here)


async def test_a_chain_of_redirections_ends(site):
    link = str(site.make_url("/go").with_query(to="/go?to=/go%3Fto=/go%253Fto=/go%25253Fto=/pdf"))
    with pytest.raises(Refused):
        await invoices.fetched(link, is_allowed=here)


@pytest.mark.parametrize(("path", "says"), [("/page", "pas un PDF"), ("/large", "Mo"), ("/none", "404")])
async def test_what_is_no_pdf_or_too_large_or_gone_is_refused(site, path, says):
    with pytest.raises(Refused, match=says):
        await invoices.fetched(str(site.make_url(path)), is_allowed=here)


async def test_a_server_that_does_not_finish_is_given_up(site):
    with pytest.raises(Unavailable):
        await invoices.fetched(str(site.make_url("/slow")), is_allowed=here, timeout_s=0.3)


@pytest.mark.parametrize("link", ["file:///etc/passwd", "ftp://x.example/a", "javascript:1"])
async def test_another_scheme_is_refused(link):
    with pytest.raises(Refused, match="http"):
        await invoices.fetched(link)


def test_a_file_is_read_from_the_invoices_folder_and_from_nowhere_else(tmp_path):
    folder = tmp_path / "factures"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(PDF)
    (tmp_path / "secret.pdf").write_bytes(PDF)
    assert invoices.read(folder, "a.pdf") == PDF
    for name in ("../secret.pdf", str(tmp_path / "secret.pdf"), "b.pdf", ""):
        with pytest.raises(Refused, match="dossier des factures"):
            invoices.read(folder, name)
