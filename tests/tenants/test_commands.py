"""The commands of whoever runs the centre, as a person types them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from app.commands import blueprints, credentials, running, tenants, users
from journal import service as journal
from kit import clock
from kit.errors import NotSignedIn
from kit.secretbox import SecretBox
from kit.settings import Settings
from tenants.access import for_system
from tenants.service.door import Door
from tenants.service.entrance import Entrance
from tenants.service.floors import tenant_by_code
from tenants.service.keys import read_key
from tenants.service.people import Attempt, Visit, sign_in
from tests.support.house import KEY, House
from tests.tenants.world import ALPHA, CENTRE

ROOT = typer.Typer()
for name in ("centre", "keys"):
    ROOT.add_typer(getattr(tenants, f"{name}_app"), name=name)
ROOT.add_typer(blueprints.tenants_app, name="tenants")
ROOT.add_typer(users.users_app, name="users")
ROOT.add_typer(credentials.limits_app, name="limits")
tenants.keys_app.command("list")(credentials.keys_list)
tenants.keys_app.command("revoke")(credentials.keys_revoke)


@pytest.fixture
def environment(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for login in ("app", "control"):
        monkeypatch.setenv(f"GF_{login.upper()}_DSN", house.dsns[f"gf_{login}"])
    monkeypatch.setenv("GF_CONTEXT_KEY", KEY.hex())
    monkeypatch.setenv("GF_MASTER_KEY", KEY.hex())
    for module in (running, users, credentials):
        monkeypatch.setattr(module, "settings", Settings)
    (tmp_path / "centre.yaml").write_text(CENTRE)
    (tmp_path / "alpha.yaml").write_text(
        ALPHA.replace("nodes: {bye: {type: end, reason: normal}}", "nodes: {bye: {type: end}}")
    )
    return tmp_path


async def run(*words: str, typed: str | None = None) -> Result:
    """Run a command in a thread, as it starts an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, ROOT, words, typed)


async def test_from_nothing_to_a_client_with_people_and_a_key(house: House, environment: Path) -> None:
    centre = await run("centre", "apply", str(environment / "centre.yaml"))
    assert (centre.exit_code, centre.output) == (0, "applied Test Centre: 3 seats, 5 people\n")
    blueprint = str(environment / "alpha.yaml")
    plan = await run("tenants", "plan", blueprint)
    assert plan.output.splitlines()[:3] == ["from version 0:", "tenant", "  + tenant"]
    applied = await run("tenants", "apply", blueprint, "--why", "go live")
    assert applied.output.splitlines()[-1] == "in force version 1"
    again = await run("tenants", "apply", blueprint)
    assert again.output.splitlines() == ["no change", "in force version 1"]

    generated = await run("users", "set-password", "wang@alpha.example", "--generate")
    password = generated.output.strip()
    entrance = Entrance(house.control, house.app, SecretBox(KEY), Door())
    await sign_in(entrance, Attempt("wang@alpha.example", password, Visit("::1")), clock.now())
    typed = "a long enough password\n"
    asked = await run("users", "set-password", "wang@alpha.example", typed=typed * 2)
    assert asked.exit_code == 0
    assert typed.strip() not in asked.output
    await sign_in(entrance, Attempt("wang@alpha.example", typed.strip(), Visit("::1")), clock.now())

    make = ("keys", "create", "alpha", "--connection", "oms", "--scope", "work_order.read", "--network")
    system = await read_key(house.control, (await run(*make, "192.0.2.0/24")).output.strip(), clock.now())
    assert (system.connection, system.bounds.networks) == ("oms", ["192.0.2.0/24"])
    assert (await run(*make, "192.0.2.1/24")).exit_code == 1


async def test_what_is_wrong_is_said_and_ends_with_code_1(environment: Path) -> None:
    bad = environment / "bad.yaml"
    bad.write_text(ALPHA.replace("needs: {returns: 1}", "needs: {nothing: 1}"))
    await run("centre", "apply", str(environment / "centre.yaml"))
    for verb in ("plan", "apply"):
        refused = await run("tenants", verb, str(bad))
        assert refused.exit_code == 1
        assert refused.stderr.splitlines() == [
            "Refused; nothing was changed.",
            "  line 12 · /queues/0/needs/nothing · there is no skill 'nothing'",
        ]
    assert (await run("users", "set-password", "nobody@x.example", "--generate")).exit_code == 1
    assert "There is no client 'nobody'" in (await run("keys", "create", "nobody", "--connection", "oms")).stderr
    assert (await run("tenants", "plan", str(environment / "missing.yaml"))).exit_code == 2


async def test_looking_back_going_back_and_beginning_another(environment: Path) -> None:
    file = environment / "alpha.yaml"
    await run("centre", "apply", str(environment / "centre.yaml"))
    await run("tenants", "apply", str(file), "--by", "Ada")
    await run("tenants", "export", "alpha", "--to", str(environment / "out.yaml"))
    assert (environment / "out.yaml").read_text() == file.read_text()
    assert (await run("tenants", "apply", str(environment / "out.yaml"))).output.startswith("no change")
    file.write_text(file.read_text().replace("退换货", "退货"))
    assert (await run("tenants", "apply", str(file), "--why", "shorter")).exit_code == 0
    versions = (await run("tenants", "versions", "alpha")).output.splitlines()
    assert ["shorter" in line for line in versions] == [False, True, False]
    assert "Ada" in versions[2]
    diff = await run("tenants", "diff", "alpha", "1", "2")
    assert diff.output.splitlines() == ["skills", "  ~ returns", '      name: "退换货" -> "退货"', "1 changed"]
    assert (await run("tenants", "show", "alpha", "1")).output == (environment / "out.yaml").read_text()
    reverted = await run("tenants", "revert", "alpha", "1", "--why", "sorry")
    assert reverted.output.splitlines()[-1] == "in force version 3"
    template = await run("tenants", "template", "alpha")
    assert "code: new-client" in template.output
    assert "alpha.example" not in template.output
    for words in (("show", "alpha", "9"), ("export", "nobody"), ("revert", "alpha", "9"), ("diff", "alpha", "1", "9")):
        assert (await run("tenants", *words)).exit_code == 1


async def test_help_teaches() -> None:
    for group, word in (("centre", "apply"), ("tenants", "plan"), ("tenants", "apply"), ("keys", "create"),
                        ("tenants", "export"), ("tenants", "revert"), ("tenants", "template")):  # fmt: skip
        shown = await run(group, word, "--help")
        assert shown.exit_code == 0
        assert len(shown.output) > 200


async def test_keys_are_listed_and_ended_and_limits_set(house: House, environment: Path) -> None:
    await run("centre", "apply", str(environment / "centre.yaml"))
    await run("tenants", "apply", str(environment / "alpha.yaml"))
    made = (await run("keys", "create", "alpha", "--connection", "oms", "--scope", "work_order.read")).output.strip()
    key_id = made.split("_")[2]
    listed = await run("keys", "list", "alpha")
    assert key_id in listed.output
    assert made not in listed.output
    assert (await run("keys", "revoke", "alpha", key_id, "--reason", "a test")).output == "ended\n"
    with pytest.raises(NotSignedIn):
        await read_key(house.control, made, clock.now())
    assert "its own" not in (await run("limits", "show", "alpha")).output
    assert (await run("limits", "set", "alpha", "write", "12")).exit_code == 0
    assert "write            12 a minute, 2 at once (its own)" in (await run("limits", "show", "alpha")).output
    assert (await run("limits", "set", "alpha", "sometimes", "12")).exit_code == 2
    assert (await run("limits", "set", "alpha", "write", "0")).exit_code == 0
    alpha = for_system((await tenant_by_code(house.control, "alpha")).id, "tests")
    async with house.app.transaction(alpha) as scope:
        told = [fact.data for fact in await journal.read(scope, kinds=["LimitChanged"])]
    assert told == [
        {"route_class": "write", "before": None, "after": 12},
        {"route_class": "write", "before": 12, "after": None},
    ]
