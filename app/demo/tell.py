"""What the demo tells people on the terminal and scripts in ``demo.json``: the same facts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from app.demo.people import Clients
from app.demo.wish import Wish


def facts(wish: Wish, environment: dict[str, str], clients: Clients) -> dict[str, Any]:
    """Return everything that a script needs: addresses, logins, keys, SIP accounts, numbers."""
    return {
        "url": wish.base,
        "phones": wish.phones,
        "port": wish.port,
        "folder": environment["GF_DATA_FOLDER"],
        "sip": environment.get("GF_SIP_ADDRESS", ""),
        "phone_ws": environment.get("GF_PHONE_WS_URL", ""),
        "simulator_port": int(environment.get("GF_SIMULATOR_PORT", "0")),
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
        "environment": {key: value for key, value in environment.items() if key != "GF_CONTEXT_KEY"},
    }


def show(console: Console, told: dict[str, Any]) -> None:
    """Print where to look and how to get in."""
    table = Table(title=f"Everybody's password: {told['password']}", title_justify="left", box=None, pad_edge=False)
    for column in ("who", "sign in as", "sees"):
        table.add_column(column)
    for user in told["users"]:
        if user["role"] != "agent":
            table.add_row(f"{user['name']} · {user['client'] or 'the centre'}", user["email"], user["role"])
    console.print()
    console.print(table)
    free = [account for account in told["sip_accounts"] if not account["scripted"]]
    console.print(f"\nThe portal   {told['url']}", highlight=False)
    if free:
        console.print(
            f"Be an agent  sign in as {free[0]['agent']} (its desk is free), allow the microphone, press Ready",
            highlight=False,
        )
    if told["sip"]:
        console.print(
            f"Softphone    register {free[-1]['user']} at {told['sip']} (password {free[-1]['password']})"
            if free
            else f"SIP          {told['sip']}",
            highlight=False,
        )
    for tenant in told["tenants"]:
        console.print(f"Numbers      {tenant['name']}: {', '.join(tenant['numbers'])}", highlight=False)
    console.print(f"For scripts  {told['folder']}/demo.json\nTo stop      Ctrl-C\n", highlight=False)
