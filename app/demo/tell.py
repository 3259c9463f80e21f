"""What the demo tells people on the terminal and scripts in ``demo.json``: the same facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from rich.cells import cell_len
from rich.console import Console

from app.demo.client_system import ClientSystem
from app.demo.people import Clients
from app.demo.servers import Servers
from app.demo.wish import Wish


def ports(servers: Servers, environment: Mapping[str, str], systems: Mapping[str, ClientSystem]) -> dict[str, int]:
    """Return the port of everything that listens on this machine; what is not there is left out."""
    outside = None if servers.outside is None else servers.outside.process
    found = {
        "portal": int(environment["GF_PORT"]),
        "postgres": urlsplit(servers.admin_dsn).port,
        "redis": urlsplit(servers.redis_url).port,
        "sip": urlsplit("//" + environment.get("GF_SIP_ADDRESS", "")).port,
        "ari": urlsplit(environment.get("ARI_URL", "")).port,
        "phone_ws": urlsplit(environment.get("GF_PHONE_WS_URL", "")).port,
        "outside_sip": outside and outside.sip_port,
        "outside_ari": outside and outside.http_port,
        "simulator": int(environment["GF_SIMULATOR_PORT"]),
        **{f"client_system_{code}": system.port for code, system in systems.items()},
    }
    return {name: port for name, port in found.items() if port}


def facts(wish: Wish, environment: dict[str, str], clients: Clients, listening: dict[str, int]) -> dict[str, Any]:
    """Return everything that a script needs: addresses, ports, logins, keys, SIP accounts, numbers."""
    return {
        "url": wish.base,
        "phones": wish.phones,
        "port": wish.port,
        "ports": listening,
        "folder": environment["GF_DATA_FOLDER"],
        "sip": environment.get("GF_SIP_ADDRESS", ""),
        "phone_ws": environment.get("GF_PHONE_WS_URL", ""),
        "simulator_port": int(environment["GF_SIMULATOR_PORT"]),
        "password": clients.password,
        "users": [{**asdict(person), "password": clients.password} for person in clients.people],
        "tenants": [
            {"code": code, "name": clients.names[code], "numbers": numbers, "api_key": clients.keys[code]}
            for code, numbers in clients.numbers.items()
        ],
        "sip_accounts": [
            {
                "seat": a.seat,
                "agent": a.email,
                "user": a.endpoint,
                "password": a.secret,
                "scripted": scripted,
                "clients": list(a.clients),
            }
            for scripted, agents in ((True, clients.scripted), (False, clients.free))
            for a in agents
        ],
        "environment": {key: value for key, value in environment.items() if not key.endswith("_KEY")},
    }


def show(console: Console, told: dict[str, Any]) -> None:
    """Print where to look and how to get in."""
    rows = [("who", "sign in as", "role")] + [
        (f"{user['name']} · {user['client'] or 'the centre'}", user["email"], user["role"])
        for user in told["users"]
        if user["role"] != "agent"
    ]
    lines = ["", f"Everybody's password: {told['password']}", "", *_columns(rows), "", f"The portal   {told['url']}"]
    lines += _ways_in([account for account in told["sip_accounts"] if not account["scripted"]], told["sip"])
    lines += [f"Numbers      {tenant['name']}: {', '.join(tenant['numbers'])}" for tenant in told["tenants"]]
    lines += [f"For scripts  {told['folder']}/demo.json", "To stop      Ctrl-C", ""]
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _ways_in(free: Sequence[Mapping[str, Any]], sip: str) -> list[str]:
    if not free:
        return []
    ways = [f"Be an agent  sign in as {free[0]['agent']} (its desk is free), allow the microphone, press Ready"]
    if sip:
        phone = free[-1]
        ways.append(f"Softphone    register {phone['user']} at {sip} over UDP (password {phone['password']}),")
        ways.append(f"             then sign in as {phone['agent']} and press Ready")
    return ways


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Set rows in columns by the width that a terminal gives them (a Chinese character takes two places)."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
