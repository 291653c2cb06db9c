"""The invoice that goes with a message: fetched from its link or read from the deployment's folder, and checked.

A link comes from a sheet, so it may point anywhere: only public addresses are asked, at every hop, and the address that
was checked is the one that is connected to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from pathlib import Path

import aiohttp
from aiohttp import abc
from yarl import URL

from relance.domain.errors import Refused, Unavailable

# WhatsApp takes more; an invoice that weighs this is a catalogue.
LARGEST_BYTES = 10 * 1024 * 1024
TIMEOUT_S = 20.0
MOST_REDIRECTS = 3
_PDF = b"%PDF-"

# What translates or tunnels to an address of the other kind lies outside the first range, or is the second.
_UNICAST, _CARRIES_IPV4 = ipaddress.ip_network("2000::/3"), ipaddress.ip_network("2002::/16")

IsAllowed = Callable[[str], bool]


def is_public(address: str) -> bool:
    """Whether an address belongs to the internet, and not to this machine, its network or its provider."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None and (found not in _UNICAST or found in _CARRIES_IPV4):
            return False
        return _is_global(found.ipv4_mapped or found)
    return _is_global(found)


def _is_global(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return found.is_global and not found.is_multicast


class PublicResolver(abc.AbstractResolver):
    """Names that lead anywhere else than to the internet lead nowhere."""

    def __init__(self, is_allowed: IsAllowed = is_public) -> None:
        self._is_allowed = is_allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[abc.ResolveResult]:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        addresses = [(where[0], kind, proto) for kind, _, proto, _, where in found]
        if not addresses or not all(self._is_allowed(str(address)) for address, _, _ in addresses):
            raise Refused(_PRIVATE)
        return [
            {"hostname": host, "host": str(address), "port": port, "family": kind, "proto": proto, "flags": 0}
            for address, kind, proto in addresses
        ]

    async def close(self) -> None:
        """Holds nothing."""


async def fetched(link: str, *, is_allowed: IsAllowed = is_public, timeout_s: float = TIMEOUT_S) -> bytes:
    """The PDF behind a link. Raises Refused when it is not one that may be sent, Unavailable when nobody answers."""
    connector = aiohttp.TCPConnector(resolver=PublicResolver(is_allowed), force_close=True)
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as http:
        try:
            return checked(await _followed(http, URL(link), is_allowed))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unavailable("le lien de la facture ne répond pas, ou pas assez vite") from error


def read(folder: Path, name: str) -> bytes:
    """A PDF of the invoices' folder, by its name there. Raises Refused."""
    root = folder.resolve()
    file = (root / name).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        raise Refused(f"« {name} » n'est pas un fichier du dossier des factures")
    if file.stat().st_size > LARGEST_BYTES:
        raise Refused(_TOO_LARGE)
    return checked(file.read_bytes())


def checked(body: bytes) -> bytes:
    """The same bytes, once they are known to be a PDF of a size that may be sent. Raises Refused."""
    if len(body) > LARGEST_BYTES:
        raise Refused(_TOO_LARGE)
    if not body.startswith(_PDF):
        raise Refused("la facture n'est pas un PDF : un lien de partage ouvre souvent une page, pas le fichier")
    return body


_PRIVATE = "le lien de la facture mène à une adresse privée"
_TOO_LARGE = f"la facture dépasse {LARGEST_BYTES // (1024 * 1024)} Mo"


async def _followed(http: aiohttp.ClientSession, url: URL, is_allowed: IsAllowed) -> bytes:
    for _ in range(MOST_REDIRECTS + 1):
        _refuse_place(url, is_allowed)
        async with http.get(url, allow_redirects=False) as answer:
            if answer.status in {301, 302, 303, 307, 308}:
                url = url.join(URL(answer.headers.get("Location", "")))
                continue
            if answer.status != 200:
                raise Refused(f"le lien de la facture répond {answer.status}")
            # One byte more than allowed says that there is more, without reading it.
            return await _body(answer)
    raise Refused("le lien de la facture renvoie d'adresse en adresse")


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        if len(body) > LARGEST_BYTES:
            raise Refused(_TOO_LARGE)
    return bytes(body)


def _refuse_place(url: URL, is_allowed: IsAllowed) -> None:
    """aiohttp asks no resolver about an address written as figures, so this does."""
    if url.scheme not in {"http", "https"} or not url.host:
        raise Refused("le lien de la facture n'est pas une adresse http ou https")
    try:
        is_refused = not is_allowed(url.host)
    except ValueError:
        return  # a name: the resolver decides
    if is_refused:
        raise Refused(_PRIVATE)
