"""What a person recognises an own session by: the browser's family, and the network that it came from."""

from __future__ import annotations

import ipaddress

_FAMILIES = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("MicroMessenger", "WeChat"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chromium/", "Chromium"), ("HeadlessChrome/", "Chromium"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
_PREFIX = {4: 24, 6: 48}
"""Bits that are kept: the network of a house or an office, not the machine in it."""


def family(user_agent: str) -> str:
    """Return ``Firefox, Windows`` and the like; empty when nothing is known. It is shown, never decided upon."""
    names = [next((name for mark, name in table if mark in user_agent), "") for table in (_FAMILIES, _SYSTEMS)]
    return ", ".join(name for name in names if name)


def network(address: str) -> str:
    """Return the network of an address, such as ``192.0.2.0/24``; empty when it is none."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network(f"{parsed}/{_PREFIX[parsed.version]}", strict=False))
