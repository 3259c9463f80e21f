"""A client's technician begins on one page: its commands work as they are shown, and none of it is a secret."""

from __future__ import annotations

import asyncio
import html
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kit.embedded.machine import free_port
from tenants.core.permissions import Permission
from tenants.service.keys import KeyRequest, create_key
from tests.portal.test_endpoint_pages import plant
from tests.portal.test_records import read
from tests.support.site import Site

PAGE = "/settings/developers"
SHOWN = re.compile(r'data-command="(\w+)">(.*?)</pre>', re.DOTALL)


async def test_the_commands_take_a_developer_through_a_whole_round_trip(site: Site, tmp_path: Path) -> None:
    technician = await site.person((await site.people("galaxy"))["client_developer"], "galaxy")
    text = await read(technician, PAGE, lang="zh-TW", connection="oms")
    scopes: set[Permission] = set(re.findall(r"<code>(\w+\.\w+)</code>", text))
    wanted = KeyRequest(site.tenants["galaxy"], "oms", frozenset(scopes), timedelta(days=1))
    key = await create_key(site.house.control, wanted, datetime.now(UTC))
    commands = {name: html.unescape(each) for name, each in SHOWN.findall(text)}
    commands["connect"] = commands["connect"].replace(str(site.settings.public_url).rstrip("/"), site.url)
    commands["receive"] += "\ntrap 'kill $!' EXIT\nsleep 1"
    packages = "\npython3 -m pip install"  # they are there: this is no test of package indexes
    commands["client"], found, _ = commands["client"].partition(packages)
    assert found
    env = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PORT": str(free_port())}
    running = await asyncio.create_subprocess_exec(
        "bash", "-c", "\n".join(["set -euo pipefail", *commands.values()]), cwd=tmp_path, env=env,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await running.communicate(f"{key}\n".encode())
    told = out.decode()
    assert running.returncode == 0, told
    assert re.findall(r"work_order\.(\w+) .* -> 204", told) == ["created", "cancelled"], told
    assert "17 passed, 0 failed, 0 not seen" in told
    assert re.search(r"^WO-\d+ .*cancelled", told, re.MULTILINE), told
    assert key not in told
    after = await read(technician, PAGE, lang="en", connection="oms")
    assert (after.count('data-step="done"'), "Missing:" in after) == (4, False)


async def test_the_page_says_what_there_is_and_what_to_do_next(site: Site) -> None:
    people = await site.people("galaxy")
    technician = await site.person(people["client_developer"], "galaxy")
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        await scope.fetch("UPDATE gf.connection SET url = '' WHERE tenant_id = $1", scope.tenant_id)
    bare = await read(technician, PAGE, lang="en")
    assert [each for each in ("No key yet", "No endpoint yet", "Make a key") if each not in bare] == []
    wanted = KeyRequest(site.tenants["galaxy"], "oms", frozenset({"event.read"}), timedelta(days=3))
    key = await create_key(site.house.control, wanted, datetime.now(UTC))
    await plant(site)
    text = await read(technician, PAGE, lang="en", connection="oms", type="nothing of the kind")
    there = (key.split("_")[2], "Ends soon", "https://hooks.galaxy.example/in", "Takes nothing", "<td>1</td>")
    assert [each for each in there if each not in text] == []
    assert [each for each in (key, key.split("_")[-1]) if each in text] == []
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        await scope.fetch("UPDATE gf.connection SET retired_at = now() WHERE tenant_id = $1", scope.tenant_id)
    text = await read(technician, PAGE, lang="en")
    assert ("No system yet" in text, "data-command" in text, "/v1/openapi.json" in text) == (True, False, True)

    places = re.findall(r'<a href="([^"]+)" download>', text)
    assert len(places) == 6
    for place in places:
        async with technician.get(place) as answer:
            octets = await answer.read()
        assert (answer.status, len(octets) > 2000) == (200, True), place
        assert octets.startswith(b"PK") == place.endswith(".zip")
