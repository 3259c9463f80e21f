"""The examples of docs/identity.md, as a client's technician would run them."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path

from journal.core.facts import SYSTEM
from kit import clock
from kit.secretbox import SecretBox
from kit.settings import Settings
from tenants.core.idp import ALGORITHMS
from tenants.core.permissions import CLIENT_PEOPLE
from tenants.idp.connections import Change, Planes
from tenants.oauth.clients import Wanted, make_client, make_key
from tests.support.house import KEYS
from tests.support.site import Site

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "identity.md").read_text(encoding="utf-8")


async def shell(command: str, variables: dict[str, str]) -> str:
    running = await asyncio.create_subprocess_shell(
        command, env={**os.environ, **variables}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, wrong = await running.communicate()
    assert running.returncode == 0, (command, wrong.decode())
    return out.decode()


async def test_every_example_works(site: Site) -> None:
    planes = Planes(site.house.control, site.house.app, SecretBox(bytes.fromhex(KEYS["GF_MASTER_KEY"])))
    change = Change(site.tenants["galaxy"], SYSTEM, clock.now())
    wanted = Wanted(site.connections["galaxy"], frozenset({"work_order.read"}))
    client_id, secret = await make_client(planes, change, wanted)
    variables = {
        "GLASSFLOOR": site.url, "KEY": await make_key(planes, change, wanted), "CLIENT_ID": client_id,
        "CLIENT_SECRET": secret or "",
    }  # fmt: skip
    examples = re.findall(r"```sh\n(.+?)```", PAGE, re.DOTALL)
    assert len(examples) == 7
    answers = []
    for example in examples:
        answers.append(json.loads(await shell(example, variables)))
        variables["TOKEN"] = answers[-1].get("access_token", variables.get("TOKEN", ""))
    assert answers[1]["client"] == "galaxy"
    assert answers[2]["expires_in"] == 600
    assert answers[4]["active"]
    assert answers[6]["issuer"] == site.url


def test_the_page_names_what_the_code_knows() -> None:
    for name in ("RS256", "PS256", "ES256", "EdDSA"):
        assert name in ALGORITHMS
    assert all(f"`{role}`" in PAGE for role in CLIENT_PEOPLE)
    assert f"q={Settings.model_fields['rate_read_per_minute'].default};w=60" in PAGE
