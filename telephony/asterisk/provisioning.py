"""Endpoints and trunks, pushed into the engine's memory: effective at once, gone with the engine.

Everything is pushed again at every connect. The class is ``res_pjsip`` for all kinds: the modules' own names are 404.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from telephony.asterisk import trunks
from telephony.asterisk.ari import NOT_FOUND, AriError
from telephony.asterisk.names import PHONES_APP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telephony.asterisk.ari import AriClient
    from telephony.port import Endpoint, Provision, Trunk

DYNAMIC = ("asterisk", "config", "dynamic", "res_pjsip")
KINDS = ("registration", "identify", "endpoint", "auth", "aor")
"""In the order of removal."""
UNKNOWN_SOURCE = 422
COMMON = {
    "disallow": "all",
    "allow": "ulaw,alaw",
    "direct_media": "no",
    "rtp_symmetric": "yes",
    # Keys as events (RFC 4733); where the other end knows none, tones in its audio are found and become events.
    "dtmf_mode": "auto",
    # A REFER with "Refer-Sub: false" ends Asterisk 22.10 and every call on it, unless transfers are refused
    # (asterisk/asterisk issue 2021).
    "allow_transfer": "no",
    # Who talks to whom now is nobody's business at the other end, and telling it costs a re-INVITE for each bridging.
    "send_connected_line": "no",
    # Whoever vanishes in the middle of a call: the session timer (RFC 4028; 90 seconds are the least that it allows),
    # where the other end has one, and the silence of its audio, which a phone on hold may keep.
    "timers": "yes",
    "timers_min_se": "90",
    "timers_sess_expires": "90",
    "rtp_timeout": "60",
}
PHONE = {
    "context": "from-agent",
    "force_rport": "yes",
    "rewrite_contact": "yes",
    "allow": "ulaw,alaw,g722,opus",
}
# A browser sends audio all the time, whatever its microphone does; one that is silent has lost its network.
BROWSER = {"webrtc": "yes", "disallow": "all", "allow": "opus,ulaw", "rtp_timeout": "20"}
NOBODY = "<unknown>"
"""How the engine tells that an endpoint has no caller id of its own."""
AOR = {
    "max_contacts": "1",
    "remove_existing": "yes",
    "maximum_expiration": "300",
    "minimum_expiration": "30",
    # A phone that is unplugged says no goodbye: it is asked (OPTIONS) whether it is there.
    "qualify_frequency": "15",
    "qualify_timeout": "3.0",
}


class Provisioning:
    """What the engine has been told, to tell it again."""

    def __init__(self, ari: AriClient, media_address: str) -> None:
        """``media_address``: the address for RTP with SIP phones and trunks; empty: any."""
        self._ari = ari
        self._media = {"media_address": media_address, "bind_rtp_to_media_address": "yes"} if media_address else {}
        self._endpoints: dict[str, Endpoint] = {}
        self._trunks: dict[str, Trunk] = {}
        self._subscribed = False

    async def add(self, what: Provision) -> None:
        """Push, and remember what the engine has taken."""
        await self._push(what.endpoints, what.trunks)
        self._endpoints |= {endpoint.name: endpoint for endpoint in what.endpoints}
        self._trunks |= {trunk.name: trunk for trunk in what.trunks}
        await self._subscribe()

    @property
    def trunks(self) -> Mapping[str, Trunk]:
        """The trunks that are to be there, by name."""
        return self._trunks

    async def withdraw(self, names: tuple[str, ...]) -> None:
        """Remove by name, whatever it is, and forget it."""
        for name in names:
            self._endpoints.pop(name, None)
            self._trunks.pop(name, None)
            for kind in KINDS:
                await self._ari.request_unless_gone("DELETE", (*DYNAMIC, kind, name))

    async def push_all(self) -> None:
        """Tell the engine everything again, at a connect."""
        self._subscribed = False
        await self._push(tuple(self._endpoints.values()), tuple(self._trunks.values()))
        await self._subscribe()

    async def _push(self, endpoints: tuple[Endpoint, ...], lines: tuple[Trunk, ...]) -> None:
        await asyncio.gather(*map(self._push_trunk, lines))  # first: a carrier that is not known is turned away
        await asyncio.gather(*map(self._push_endpoint, endpoints))

    async def _push_endpoint(self, endpoint: Endpoint) -> None:
        name = endpoint.name
        fields = {**COMMON, **PHONE, **(BROWSER if endpoint.browser else self._media), "aors": name, "auth": name}
        auth = {"auth_type": "userpass", "username": name, "password": endpoint.secret}
        await self._put_together(name, {"aor": AOR, "auth": auth, "endpoint": fields})

    async def _push_trunk(self, trunk: Trunk) -> None:
        made = trunks.endpoint(trunk)
        made["endpoint"] = {**COMMON, **self._media, **made["endpoint"]}
        await self._put_together(trunk.name, made)
        beside = trunks.beside(trunk)
        for kind in ("identify", "registration"):
            if kind not in beside:
                await self._ari.request_unless_gone("DELETE", (*DYNAMIC, kind, trunk.name))
            elif not await self._is_so(kind, trunk.name, beside[kind]):
                await self._put(kind, trunk.name, beside[kind])

    async def _put_together(self, name: str, objects: dict[str, dict[str, str]]) -> None:
        """Make an endpoint with what it refers to; what is already so is left alone, otherwise all of it is made anew.

        An endpoint is never updated: an update reads the empty caller id back as ``<unknown>`` and takes it for a
        number, which then stands in the place of every caller's. And an AOR is never updated under its endpoint: the
        engine then no longer tells when a phone of that endpoint goes.
        """
        if all([await self._is_so(kind, name, fields) for kind, fields in objects.items()]):
            return
        await self._ari.request_unless_gone("DELETE", (*DYNAMIC, "endpoint", name))
        for kind, fields in objects.items():
            await self._put(kind, name, fields)

    async def _is_so(self, kind: str, name: str, fields: dict[str, str]) -> bool:
        try:
            found = await self._ari.request("GET", (*DYNAMIC, kind, name))
        except AriError as error:
            if error.status != NOT_FOUND:
                raise
            return False
        told = {each["attribute"]: each["value"] for each in found}
        wanted = {**fields, "callerid": NOBODY} if kind == "endpoint" else dict(fields)
        wanted.pop("disallow", None)  # it is not told
        return all(told.get(key) in _as_told(value) for key, value in wanted.items())

    async def _put(self, kind: str, name: str, fields: dict[str, str]) -> None:
        body = {"fields": [{"attribute": attribute, "value": value} for attribute, value in fields.items()]}
        await self._ari.request("PUT", (*DYNAMIC, kind, name), body=body)

    async def _subscribe(self) -> None:
        """Hear of registrations; refused (422) while the engine has no endpoint at all."""
        if self._subscribed:
            return
        await self._ari.tell_only(PHONES_APP, {"PeerStatusChange"})
        try:
            await self._ari.request(
                "POST", ("applications", PHONES_APP, "subscription"), {"eventSource": "endpoint:PJSIP"}
            )
        except AriError as error:
            if error.status != UNKNOWN_SOURCE:
                raise
        else:
            self._subscribed = True


def _as_told(value: str) -> tuple[str, ...]:
    """Return how the engine may tell a value that it was given: yes and no, a list, a fraction."""
    fraction = (f"{float(value):f}",) if value.replace(".", "", 1).isdecimal() else ()
    return (value, *fraction, {"yes": "true", "no": "false"}.get(value, value), f"({value.replace(',', '|')})")
