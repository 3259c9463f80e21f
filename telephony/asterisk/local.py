"""A private Asterisk: a child of whoever starts it, with folders, ports and a password of its own.

It runs the engine that ``scripts/phone-engine install`` unpacked, under its own loader. The switchboard never starts
one: an engine must outlive it. Standard library only, because ``scripts/phone-engine`` uses this module too.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from telephony.asterisk import console, layout, ports
from telephony.asterisk.music import music_folder, silence_folder

BOOT_TIMEOUT_S = 30.0
TERM_TIMEOUT_S = 4.0
SYSTEM_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
LONGEST_SOCKET_PATH = 107
"""``sun_path`` (unix(7))."""
ARI_USER = "glassfloor"
UNPRIVILEGED = 65534


class EngineFailed(RuntimeError):
    """The engine did not come up; the message ends with the last lines of its log."""


class LocalAsterisk:
    """One engine process. ``start`` may be called again after ``stop``: the same folder, ports and password."""

    def __init__(  # noqa: PLR0913 - each has a default that fits
        self,
        home: Path,
        folder: Path,
        *,
        bind: str = "127.0.0.1",
        sip_port: int = 0,
        http_port: int = 0,
        music: Path | None = None,
        profile: str = "centre",
        values: dict[str, str] | None = None,
        certificate: tuple[Path, Path] | None = None,
        authorities: Path | None = None,
        legs: int = ports.LEGS,
    ) -> None:
        """``home`` is what the installer made, ``folder`` everything of this process; ports of 0 are chosen at start.

        ``music`` is a folder of 8 kHz mono WAVs, ``profile`` a folder of ``templates/``, ``values`` what it needs.
        ``certificate`` and its key (PEM): with them SIP goes over TLS too. ``authorities``: whose certificates of other
        ends are good (PEM); the system's own, when it is not given. ``legs``: so many phones can have sound.
        """
        self.home, self.folder, self.bind = home.resolve(), folder.resolve(), bind
        self.sip_port, self.http_port = sip_port, http_port
        self.ari_user, self.ari_password = ARI_USER, secrets.token_urlsafe(24)
        self._music, self._profile, self._values = music, profile, values or {}
        self._certificate, self._authorities = certificate, authorities or SYSTEM_AUTHORITIES
        self.tls_port, self._legs = 0, legs
        self._block: ports.PortBlock | None = None
        self._run_folder = self.folder / "run"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ari_url(self) -> str:
        """Where ARI answers; SIP over WebSocket is at ``/ws`` of the same server."""
        return f"http://{self.bind}:{self.http_port}/ari"

    @property
    def cel_path(self) -> Path:
        """The channel event log, which tells what happened while nobody was connected."""
        return self.folder / "log/cel-custom/glassfloor.csv"

    @property
    def console_path(self) -> Path:
        """The control socket, where the console answers (``telephony.asterisk.console``)."""
        return self._run_folder / "asterisk.ctl"

    @property
    def recordings_folder(self) -> Path:
        """Where recordings are written."""
        return self.folder / "spool/recording"

    @property
    def pid(self) -> int:
        """The process id; raises when it does not run."""
        if self._process is None:
            raise EngineFailed("the engine is not running")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    async def start(self, *, detached: bool = False) -> None:
        """Start and wait until the engine is fully booted. ``detached``: it outlives us; otherwise it dies with us."""
        facts = layout.installed_facts(self.home)
        self._choose_ports()
        layout.make_folders(self.home, self.folder)
        if len(str(self.console_path)) > LONGEST_SOCKET_PATH:
            self._run_folder = Path(tempfile.mkdtemp(prefix="glassfloor-run-"))
        layout.render(self._profile, self.folder / "etc", self._template_values(facts))
        layout.copy_certificate(self._certificate, self.folder / "etc")
        command = [*self._identity(detached=detached), *self._program(facts)]
        held = self._block.locks if self._block else ()  # the ports stay held as long as the engine lives
        output = (self.folder / "log/output").open("wb")
        with output:
            self._process = subprocess.Popen(  # noqa: S603, ASYNC220 - fork and exec only, and it is over in a moment
                command, pass_fds=held, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        try:
            async with asyncio.timeout(BOOT_TIMEOUT_S):
                await self._booted()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop by process id and wait for the exit; harmless when it does not run."""
        process, self._process = self._process, None
        if process is not None:
            await stop_process(process)
        if self._run_folder != self.folder / "run":
            shutil.rmtree(self._run_folder, ignore_errors=True)
            self._run_folder = self.folder / "run"
        if self._block is not None:
            self._block.release()
            self._block = None

    async def kill(self) -> None:
        """End the process as a crash would, keeping its ports for the next ``start``."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await asyncio.to_thread(process.wait)

    async def console(self, command: str) -> str:
        """Return the answer of the engine's own console."""
        return await console.ask(self.console_path, command)

    def tail(self, lines: int = 15) -> str:
        """Return the last lines of the engine's output and log."""
        said = []
        for name in ("log/output", "log/messages"):
            file = self.folder / name
            if file.exists():
                said += file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        return "\n".join(said)

    def _choose_ports(self) -> None:
        addresses = {self.bind, *(value for name, value in self._values.items() if name.endswith("_address"))}
        if self._block is None:
            self._block = ports.claim_block(tuple(addresses - {self._values.get("target_address", "")}), self._legs)
        self.sip_port = self.sip_port or self._block.sip
        self.http_port = self.http_port or self._block.http
        self.tls_port = self._block.sip_tls if self._certificate else 0
        ports.require_free(socket.SOCK_DGRAM, self.bind, self.sip_port)
        ports.require_free(socket.SOCK_STREAM, self.bind, self.http_port)

    def _template_values(self, facts: dict[str, str]) -> dict[str, str]:
        rtp_start, rtp_end = self._block.rtp if self._block else (0, 0)
        candidates = layout.own_addresses() if self.bind.startswith("127.") else []
        return {
            "name": f"engine-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]}",
            "folder": str(self.folder),
            "run_folder": str(self._run_folder),
            "modules": str(self.home / "root" / facts["libraries"] / "asterisk/modules"),
            "bind": self.bind,
            "sip_port": str(self.sip_port),
            "http_port": str(self.http_port),
            "tls_transports": self._tls(),
            "nat": "",
            "rtp_start": str(rtp_start),
            "rtp_end": str(rtp_end),
            "ari_user": self.ari_user,
            "ari_password": self.ari_password,
            "music_folder": str(self._music or music_folder(self.home)),
            "silence_folder": str(silence_folder(self.home)),
            "ice_host_candidates": "\n".join(f"{address} => {self.bind}" for address in candidates),
            **self._values,
        }

    def _tls(self) -> str:
        """Return the transports for TLS: two, as whether the other end is verified is a matter of the transport."""
        if self._certificate is None:
            return ""
        address = self._values.get("carrier_address", self.bind)
        return layout.tls_transports(
            self.folder / "etc", address, self.tls_port, self._authorities, self._values.get("nat", "")
        )

    def _program(self, facts: dict[str, str]) -> list[str]:
        root = self.home / "root"
        loader, libraries = str(root / facts["loader"]), str(root / facts["libraries"])
        configuration = str(self.folder / "etc/asterisk.conf")
        return [loader, "--library-path", libraries, str(root / "usr/sbin/asterisk"), "-C", configuration, "-f", "-q"]

    def _identity(self, *, detached: bool) -> list[str]:
        """Return the words before the program: not as root and, after the change of user, not without us."""
        death = [] if detached else ["setpriv", "--pdeathsig", "KILL"]
        if os.geteuid() != 0:
            return death
        mapped = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
        if subprocess.run([*mapped, "true"], check=False, capture_output=True).returncode == 0:  # noqa: S603
            return [*mapped, *death]
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, UNPRIVILEGED, UNPRIVILEGED, follow_symlinks=False)
        return ["setpriv", f"--reuid={UNPRIVILEGED}", f"--regid={UNPRIVILEGED}", "--clear-groups", *death[1:]]

    async def _booted(self) -> None:
        """Return when the engine says so; raise :class:`EngineFailed` when it exits first."""
        while True:
            if self._process is not None and self._process.poll() is not None:
                raise EngineFailed(f"the engine exited with {self._process.returncode}:\n{self.tail()}")
            try:
                if "fully booted" in await self.console("core waitfullybooted"):
                    return
            except OSError:
                pass
            await asyncio.sleep(0.02)


async def stop_process(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, insist after a few seconds, and reap it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.to_thread(process.wait, TERM_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        await asyncio.to_thread(process.wait)
