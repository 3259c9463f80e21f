"""Where we may call out to for a client: https to public addresses only, and connected to what was checked.

A name that resolves to one private address is refused as a whole. The check runs twice: before each attempt, and again
in the resolver of each new connection, so a name that changes in between (DNS rebinding) never gets a connection.

A name is asked for once at a time and in threads that nothing else needs: a name server that does not answer holds up
only those who ask for its names, and those not for long.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

_HTTPS_PORT = 443
_LOOKUPS = ThreadPoolExecutor(128, thread_name_prefix="dns")
"""The system's resolver blocks: a thread hangs for as long as it has patience, half a minute and more."""
_LOOKUP_S = 10.0
"""So long a name is waited for: with the request behind it, less than a lease of who calls."""
_UNICAST = ipaddress.ip_network("2000::/3")
"""What the public internet has of IPv6 (RFC 4291, 2.4). Outside of it lie the forms that hide an IPv4 address (NAT64,
``::127.0.0.1``, ``::ffff:0:127.0.0.1``) and what is only a site's own, such as ``fec0::/10``."""
_RESERVED = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "168.63.129.16/32", "3fff::/20")))
"""Not public, though Python 3.11 says so: IANA's special purposes, among them a cloud's metadata (192.0.0.192);
the host of every Azure machine; RFC 9637's examples."""


def is_public(address: str) -> bool:
    """Say whether an address is one of the public internet: not private, loopback, link-local, metadata, multicast."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if hidden is not None:
            return is_public(str(hidden))
        if ip not in _UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _RESERVED)


class AddressRefused(Exception):
    """This address is not called: not https, or not a public one."""


class Guard:
    """The rule of one installation. ``allow_private`` is for the demo and for tests: anything goes."""

    def __init__(self, *, allow_private: bool = False) -> None:
        """Take the installation's setting."""
        self.allow_private = allow_private
        self._asked: dict[tuple[str, int, int], asyncio.Future[list[Any]]] = {}

    async def check(self, address: str) -> URL:
        """Return the parsed address. Raises :class:`AddressRefused`."""
        try:
            url = URL(address)
            host = url.host
        except ValueError as error:  # a name that is no punycode too
            raise AddressRefused("not an address") from error
        if url.scheme not in (("https", "http") if self.allow_private else ("https",)) or not host:
            raise AddressRefused("only https addresses are called")
        if url.user is not None or url.password is not None:
            raise AddressRefused("an address with a password in it is not called")
        await self.resolve(host, url.port or _HTTPS_PORT)
        return url

    async def resolve(self, host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[Any]:
        """Resolve a host to addresses that may all be called. Raises :class:`AddressRefused`, and OSError from DNS.

        ``TimeoutError``, which is one, when there is no answer in time.
        """
        try:
            found = await self._look_up(host, port, family)
        except UnicodeError as error:  # an empty label, or one of more than 63 letters
            raise AddressRefused(f"{host[:80]} is no name of a machine") from error
        if not self.allow_private:
            for *_, where in found:
                if not is_public(str(where[0])):
                    raise AddressRefused(f"{host} leads to an address that is not public")
        return found

    async def _look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[Any]:
        key = (host, port, family)
        if key not in self._asked:
            look = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM)
            self._asked[key] = asyncio.get_running_loop().run_in_executor(_LOOKUPS, look)
            self._asked[key].add_done_callback(partial(self._answered, key))
        async with asyncio.timeout(_LOOKUP_S):
            return await asyncio.shield(self._asked[key])

    def _answered(self, key: tuple[str, int, int], found: asyncio.Future[list[Any]]) -> None:
        del self._asked[key]
        if not found.cancelled():
            found.exception()  # everybody who asked may have gone


class GuardedResolver(AbstractResolver):
    """The resolver of guarded connections: it hands out checked addresses only."""

    def __init__(self, guard: Guard) -> None:
        """Take the rule."""
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return checked addresses. Raises OSError when there are none or when they are refused."""
        try:
            found = await self._guard.resolve(host, port, family)
        except AddressRefused as refused:
            raise OSError(errno.EACCES, str(refused)) from refused
        return [
            ResolveResult(
                hostname=host, host=str(where[0]), port=port, family=kind, proto=proto, flags=socket.AI_NUMERICHOST
            )
            for kind, _, proto, _, where in found
        ]

    async def close(self) -> None:
        """Hold nothing."""


def guarded(guard: Guard, at_once: int = 100) -> aiohttp.TCPConnector:
    """Return a pool of connections to checked addresses only, at most so many at once (0: any number)."""
    return aiohttp.TCPConnector(
        resolver=GuardedResolver(guard), use_dns_cache=False, limit=at_once, ssl=_whom_this_machine_trusts()
    )


@cache
def _whom_this_machine_trusts() -> ssl.SSLContext:
    """Read the machine's certificates once: that takes 20 ms, in which nothing else of the process goes on."""
    return ssl.create_default_context()
