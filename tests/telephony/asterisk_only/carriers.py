"""A carrier that asks for a login: a second Asterisk with accounts, over UDP, TCP and TLS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from telephony.asterisk.ari import AriClient
from telephony.asterisk.certificate import own_certificate
from telephony.asterisk.conversation import Line
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import APP, DYNAMIC, AsteriskPhones
from telephony.asterisk.provisioning import COMMON

PROFILE = Path(__file__).parent / "carrier"


@dataclass(frozen=True)
class Account:
    """A line of the carrier. ``transport``: ``transport-udp``, ``-tcp`` or ``-tls-any``; ``codecs``: its own words."""

    name: str
    secret: str
    transport: str = "transport-udp"
    codecs: str = "ulaw"
    encrypted: bool = False


class Carrier(AsteriskPhones):
    """Its subscribers are phones like those of the other one; they have numbers instead of registrations."""

    def __init__(self, home: Path, folder: Path, target: tuple[str, int], address: str = "127.0.0.2") -> None:
        super().__init__(home, folder, target=target, carrier_address=address)
        values = {"carrier_address": address, "target_address": target[0]}
        self.process = LocalAsterisk(
            home, folder, bind=address, profile=str(PROFILE), values=values,
            certificate=own_certificate(folder.with_name(f"{folder.name}-certificate"), address),
        )  # fmt: skip

    async def open_account(self, account: Account) -> None:
        name = account.name
        objects = {
            "aor": {"max_contacts": "1", "remove_existing": "yes"},
            "auth": {"auth_type": "userpass", "username": name, "password": account.secret},
            "endpoint": {
                **COMMON, "context": "from-centre", "aors": name, "auth": name, "transport": account.transport,
                "allow": account.codecs, "media_encryption": "sdes" if account.encrypted else "no",
                "media_address": self.process.bind, "bind_rtp_to_media_address": "yes",
                "identify_by": "auth_username,username",
            },
        }  # fmt: skip
        for kind, fields in objects.items():
            listed = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
            await self.ari.request("PUT", (*DYNAMIC, kind, name), body={"fields": listed})

    async def log_in(self, name: str, secret: str, target: str, *, secure: bool) -> str:
        """Be a system that registers with us as ``name``; return the account over which it calls."""
        own, where = f"{name}-{'tls' if secure else 'udp'}", f"sip:{target}{';transport=tls' if secure else ''}"
        transport = "transport-tls-any" if secure else "transport-udp"
        objects = {
            "aor": {"contact": where},
            "auth": {"auth_type": "userpass", "username": name, "password": secret},
            "endpoint": {
                **COMMON, "context": "from-centre", "aors": own, "outbound_auth": own, "transport": transport,
                "allow": "ulaw", "media_encryption": "sdes", "media_address": self.process.bind,
                "bind_rtp_to_media_address": "yes",
            },
            "registration": {
                "server_uri": where, "client_uri": f"sip:{name}@{target}", "contact_user": name, "outbound_auth": own,
                "transport": transport, "max_random_initial_delay": "0", "line": "yes", "endpoint": own,
            },
        }  # fmt: skip
        for kind, fields in objects.items():
            listed = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
            await self.ari.request("PUT", (*DYNAMIC, kind, own), body={"fields": listed})
        await self._wait_until(own, "Registered", "register")
        return own

    async def speak_in_the_clear(self, account: str, *, clear: bool) -> None:
        """Offer sound without SRTP from now on, or with it again."""
        fields = [{"attribute": "media_encryption", "value": "no" if clear else "sdes"}]
        await self.ari.request("PUT", (*DYNAMIC, "endpoint", account), body={"fields": fields})

    async def calls(self, account: str, number: str, caller: str) -> Line:
        """Send a call over the account's registration."""
        line = Line(self.ari, f"out-{account}-{next(self._numbers)}", self.process.recordings_folder)
        self._lines[line.channel] = line
        body = {
            "endpoint": f"PJSIP/{number}@{account}", "app": APP, "appArgs": "dialled", "channelId": line.channel,
            "timeout": 60, "callerId": f'"" <{caller}>',
        }  # fmt: skip
        await self.ari.request("POST", "channels", body=body)
        return line

    @property
    def ari(self) -> AriClient:
        return self._require()
