"""Who takes part in the demo: two clients from their blueprints, everybody's password, the client systems' keys."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from app import reactions
from app.demo.client_system import ClientSystem
from app.demo.orders import TYPES
from app.demo.place import Place
from app.flows import check_flow
from app.wiring import install_vault
from kit import clock
from kit.db import Database, Plane
from kit.settings import Settings
from migrations.prepare import Prepared
from tenants.access import for_system
from tenants.core.permissions import scopes
from tenants.service.blueprints import Order, apply_blueprint
from tenants.service.centre import apply_centre
from tenants.service.files import load_blueprint
from tenants.service.floors import floor_configuration
from tenants.service.keys import KeyRequest, create_key
from tenants.service.new_password import set_password
from webhooks.service.endpoints_of import endpoint_of, ensure_endpoints

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
BLUEPRINTS = {"galaxy": "galaxy.yaml", "harbour-light": "harbour-light.yaml"}
FLOOR = "main"
LEFT_TO_YOU = 2
"""So many of the last agents have no script: their desks are free for whoever tries the demo."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person with a login."""

    email: str
    name: str
    role: str
    client: str


@dataclass(frozen=True, slots=True)
class AgentLogin:
    """An agent with its seat's SIP account."""

    email: str
    name: str
    seat: str
    endpoint: str
    secret: str
    clients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clients:
    """Everything that the traffic and the summary need."""

    password: str
    people: tuple[Somebody, ...]
    scripted: tuple[AgentLogin, ...]
    free: tuple[AgentLogin, ...]
    numbers: dict[str, list[str]]
    names: dict[str, str]
    keys: dict[str, str]


async def settle(prepared: Prepared, place: Place, systems: dict[str, ClientSystem]) -> Clients:
    """Apply the files and give out what is secret; everything is done once and kept."""
    control = Database(prepared.dsns["gf_control"])
    plane = Database(prepared.dsns["gf_app"], prepared.signer)
    secrets = place.secrets()
    install_vault(Settings(master_key=SecretStr(secrets["master_key"]), data_folder=place.folder))
    reactions.install(None)  # what a blueprint agrees, such as time limits, is in force by them
    try:
        centre = (EXAMPLES / "centre.yaml").read_text(encoding="utf-8")
        await apply_centre(control, plane, centre, clock.now())
        people = _staff(yaml.safe_load(centre))
        for code, file in BLUEPRINTS.items():
            content = dict(load_blueprint((EXAMPLES / file).read_text(encoding="utf-8")).content)
            for connection in content["connections"]:
                connection["url"] = f"http://127.0.0.1:{systems[code].port}/hook"
            content["work_orders"] = {**content["work_orders"], "types": TYPES[code]}
            order = Order(by="demo", at=clock.now(), check_flow=check_flow, why="the demo's example")
            applied = await apply_blueprint(control, plane, json.dumps(content), order)
            people += _people(content)
            connection_code = content["connections"][0]["code"]
            if code not in secrets["keys"]:
                wanted = KeyRequest(applied.tenant_id, connection_code, frozenset(scopes()))
                secrets["keys"][code] = await create_key(control, wanted, clock.now())
            async with plane.session(for_system(applied.tenant_id, "demo")) as session:
                await ensure_endpoints(session)
                systems[code].secret = (await endpoint_of(session, connection_code)).secret
            systems[code].key = secrets["keys"][code]
        await _passwords(control, secrets, people)
        place.keep(secrets)
        return await _clients(control, plane, secrets, people)
    finally:
        await plane.close()
        await control.close()


async def _passwords(control: Database, secrets: dict[str, Any], people: list[Somebody]) -> None:
    given = set(secrets.setdefault("people", []))
    for person in people:
        if person.email not in given:
            await set_password(control, person.email, secrets["password"])
            secrets["people"].append(person.email)


def _staff(centre: dict[str, Any]) -> list[Somebody]:
    return [Somebody(p["email"], p["name"], p["role"], "") for p in centre["staff"]]


def _people(blueprint: dict[str, Any]) -> list[Somebody]:
    client = blueprint["tenant"]["name"]
    return [Somebody(p["email"], p["name"], p["role"], client) for p in blueprint["people"]]


async def _clients(control: Database, plane: Plane, secrets: dict[str, Any], people: list[Somebody]) -> Clients:
    floor = await floor_configuration(control, plane, FLOOR, clock.now())
    by_name = {p.name: p.email for p in people}
    codes = {t.id: t.code for t in floor.tenants}
    agents = [
        AgentLogin(
            by_name[a.name],
            a.name,
            a.seat,
            f"o-{a.seat}",
            floor.phone_password(a.seat),
            tuple(codes[p.tenant_id] for p in a.places),
        )
        for a in sorted(floor.agents, key=lambda agent: agent.seat)
    ]
    return Clients(
        password=secrets["password"],
        people=tuple(people),
        scripted=tuple(agents[:-LEFT_TO_YOU]),
        free=tuple(agents[-LEFT_TO_YOU:]),
        numbers={t.code: [n.number for n in t.numbers] for t in floor.tenants},
        names={t.code: t.name for t in floor.tenants},
        keys=dict(secrets["keys"]),
    )
