"""The folders and configuration files of one private engine, made from ``templates/``."""

from __future__ import annotations

import fcntl
import json
import shutil
import socket
import string
import struct
from collections.abc import Sequence
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
SOUNDS = "usr/share/asterisk/sounds/en_US_f_Allison"
PACKAGE_DATA = ("documentation", "rest-api", "static-http")
FOLDERS = ("etc", "lib/keys", "data/sounds", "log/cel-custom", "spool/recording", "spool/monitor", "run")
"""The engine makes none of these: without ``spool/recording`` a record answers 500, without ``log/cel-custom`` the CEL
lines are lost."""


class NotInstalled(RuntimeError):
    """There is no complete engine in the home folder."""


class _Template(string.Template):
    """``@{name}``: the engine's own configuration is full of ``$``."""

    delimiter = "@"


def installed_facts(home: Path) -> dict[str, str]:
    """Return what the installer wrote down. Raises :class:`NotInstalled`, with the command that helps."""
    try:
        facts: dict[str, str] = json.loads((home / "installed.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotInstalled(f"no phone engine in {home}: run scripts/phone-engine install") from None
    return facts


def own_addresses() -> list[str]:
    """Return the machine's IPv4 addresses besides loopback, which ICE candidates name (netdevice(7))."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            try:
                reply = fcntl.ioctl(probe, 0x8915, struct.pack("256s", name[:15].encode()))  # SIOCGIFADDR
            except OSError:
                continue  # an interface without an IPv4 address
            address = socket.inet_ntoa(reply[20:24])
            if not address.startswith("127."):
                found.append(address)
    return found


def render(profile: str, etc: Path, values: dict[str, str]) -> None:
    """Write the common files and those of ``profile`` into ``etc``, readable by us only: they hold passwords."""
    for template in sorted([*(TEMPLATES / "common").iterdir(), *(TEMPLATES / profile).iterdir()]):
        target = etc / template.name
        target.touch(mode=0o600)
        target.write_text(_Template(template.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")


_TLS = """
[{name}]
type = transport
protocol = tls
method = tlsv1_2
bind = {address}:{port}
cert_file = {etc}/engine.crt
priv_key_file = {etc}/engine.key
ca_list_file = {authorities}
verify_server = {verified}
{nat}
"""


def nat_lines(external: str, local: Sequence[str]) -> str:
    """Return what a transport says of itself behind a NAT: ``external`` to everybody outside the ``local`` networks."""
    if not external:
        return ""
    nets = [f"local_net = {net}" for net in local]
    return "\n".join([f"external_signaling_address = {external}", f"external_media_address = {external}", *nets])


def tls_transports(etc: Path, address: str, port: int, authorities: Path, nat: str = "") -> str:
    """Return two transports: at ``port`` one that verifies whom it calls, at the next one that does not."""
    kinds = (("transport-tls", port, "yes"), ("transport-tls-any", port + 1, "no"))
    return "".join(
        _TLS.format(name=name, address=address, port=each, etc=etc, authorities=authorities, verified=verified, nat=nat)
        for name, each, verified in kinds
    )


def copy_certificate(certificate: tuple[Path, Path] | None, etc: Path) -> None:
    """Put certificate and key beside the configuration, readable by the engine alone."""
    for source, name in zip(certificate or (), ("engine.crt", "engine.key"), strict=False):
        target = etc / name
        target.touch(mode=0o600)
        target.write_bytes(source.read_bytes())


def make_folders(home: Path, folder: Path) -> None:
    """Make an engine's folders; what an earlier engine left in them is removed, except its log."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("etc", "data", "run"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in FOLDERS:
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    share = home / "root/usr/share/asterisk"
    for name in PACKAGE_DATA:
        (folder / "data" / name).symlink_to(share / name)
    (folder / "data/sounds/en").symlink_to(home / "root" / SOUNDS)
