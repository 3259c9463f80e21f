"""A client's SFTP server, asyncssh's own, and connection ``jira`` of tenant A that goes by its files."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from exchange.schemas import DropBody
from exchange.service import drops
from exchange.sftp import Carrier
from kit.clock import now
from kit.outbound import Guard
from tests.exchange.lab import BUILDER, Lab
from tests.support.house import TENANT_A

HOST = asyncssh.generate_private_key("ssh-ed25519")
OURS = asyncssh.generate_private_key("ssh-ed25519")


class _Server(asyncssh.SSHServer):
    def begin_auth(self, _username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == "centre" and key == OURS.convert_to_public()


@dataclass
class Depot:
    """The client's server, and connection ``jira`` of tenant A that goes by its files."""

    lab: Lab
    root: Path
    port: int

    async def due(self) -> None:
        """Let its turn have come, and the lease of whoever died be over."""
        async with self.lab.house.worker.transaction(TENANT_A) as scope:
            await scope.fetch("UPDATE gf.exchange_drop SET due_at = clock_timestamp() WHERE tenant_id = $1", TENANT_A)

    async def visit(self, *, allow_private: bool = True) -> None:
        await self.due()
        await Carrier(self.lab.house.worker, Guard(allow_private=allow_private)).visit(TENANT_A)

    async def state(self) -> dict[str, Any]:
        async with self.lab.house.app.transaction(TENANT_A) as scope:
            return dict(await drops.shown(scope, "jira") or {})

    async def put(self, **parts: Any) -> None:
        given = {
            "host": "127.0.0.1", "port": self.port, "login": "centre", "secret": OURS.export_private_key().decode(),
            "host_key": HOST.export_public_key().decode().strip(), **parts,
        }  # fmt: skip
        async with self.lab.house.app.transaction(TENANT_A) as scope:
            await drops.put(scope, "jira", DropBody(**given), BUILDER, now())

    async def sealed(self) -> list[str | None]:
        """Return what is kept sealed: of the server, and of the connection itself."""
        async with self.lab.house.app.transaction(TENANT_A) as scope:
            (row,) = await scope.fetch(
                "SELECT d.secret, x.ask_secret FROM gf.exchange_drop AS d JOIN gf.exchange_connection AS x"
                " ON x.tenant_id = $1 AND x.connection = d.connection WHERE d.tenant_id = $1", TENANT_A,
            )  # fmt: skip
            return [row["secret"], row["ask_secret"]]

    def written(self, pattern: str = "orders-*.csv") -> list[list[dict[str, str]]]:
        files = sorted((self.root / "from-centre").glob(pattern))
        return [list(csv.DictReader(io.StringIO(each.read_text("utf-8-sig"), newline=""))) for each in files]

    def leave(self, name: str, text: str) -> None:
        (self.root / "to-centre" / name).write_text(text, encoding="utf-8")


@asynccontextmanager
async def opened(
    lab: Lab, root: Path, kind: type[asyncssh.SFTPServer] = asyncssh.SFTPServer
) -> AsyncIterator[Depot]:  # fmt: skip
    """Serve a folder by SFTP, and let the connection go by it."""
    for folder in ("from-centre", "to-centre"):
        (root / folder).mkdir()

    def files(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return kind(channel, chroot=str(root).encode())

    server = await asyncssh.listen("127.0.0.1", 0, server_factory=_Server, server_host_keys=[HOST], sftp_factory=files)
    made = Depot(lab, root, server.get_port())
    await made.put()
    yield made
    server.close()
    await server.wait_closed()
