"""Files to and from a client's SFTP server: a real one, asyncssh's own, on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import asyncssh
import pytest

from exchange.core.agreement import Act
from exchange.schemas import DoorBody, MailBody
from exchange.service import agreements, drops, mailing
from journal import service as journal
from kit.clock import now
from kit.errors import ValidationFailed
from kit.secretbox import SecretBox
from tenants.facts import BlueprintApplied
from tenants.idp.connections import Planes
from tests.exchange.depot import Depot, opened
from tests.exchange.lab import BUILDER, SEAT, Lab, door
from tests.support.house import KEY, TENANT_A
from workorders import service as orders
from workorders.schemas import NewComment


@pytest.fixture
async def depot(lab: Lab, tmp_path: Path) -> AsyncIterator[Depot]:
    async with opened(lab, tmp_path) as made:
        yield made


async def test_what_is_new_lies_there_whole_and_once(depot: Depot) -> None:
    order = await depot.lab.escalate('=cmd|"x"')
    async with depot.lab.house.app.transaction(TENANT_A) as scope:
        await orders.comment(scope, UUID(order["id"]), NewComment(body="请看\n附件"), SEAT, now())
        await orders.comment(scope, UUID(order["id"]), NewComment(body="ours", visibility="internal"), SEAT, now())
    await depot.visit()
    (((row),),) = depot.written()
    assert (row["id"], row["status"], row["comments"]) == (order["id"], "submitted", "请看\n附件")
    assert (row["title"], row["events"]) == ('\'=cmd|"x"', "created comment.created"), "no formula of a spreadsheet"
    await depot.visit()
    assert len(depot.written()) == 1
    assert [each.name for each in (depot.root / "from-centre").glob(".*")] == []
    assert (await depot.state())["error"] is None


@pytest.mark.parametrize("step", ["planned", "part", "written", "renamed"])
async def test_whoever_dies_in_the_middle_repeats_nothing(depot: Depot, step: str) -> None:
    """Each place where a worker can die is stood at by doing the steps up to there and no further."""
    await depot.lab.escalate("one")
    plane, folder = depot.lab.house.worker, depot.root / "from-centre"
    async with plane.transaction(TENANT_A) as scope:
        (drop,) = await drops.claim(scope)
        drop, _ = await drops.plan(scope, drop)
    part = folder / f".{drop.file}.part"
    if step != "planned":
        part.write_text("half" if step == "part" else "title\nwhole\n")
    if step in {"written", "renamed"}:
        async with plane.transaction(TENANT_A) as scope:
            await drops.written(scope, drop)
    if step == "renamed":
        part.unlink()  # it had its name, and the client has taken it away
    await depot.lab.escalate("two")
    await depot.visit()
    titles = [row["title"] for file in depot.written() for row in file]
    assert titles == {"written": ["whole", "two"], "renamed": ["two"]}.get(step, ["one", "two"])


async def test_lines_are_followed_once_and_wrong_ones_told(depot: Depot) -> None:
    order = await depot.lab.escalate("one")
    await depot.visit()
    head = "row,work_order_id,external_id,updated_at,status,comment,type,title"
    lines = [
        head, f"1,{order['id']},INC-1,2026-11-23T09:00:00Z,acknowledged,seen,,",
        "2,,INC-2,2026-11-23T09:00:00Z,,,refund,new one", "3,,INC-3,yesterday,resolved,,,", "4,,,,,x,,",
    ]  # fmt: skip
    for name in ("a.csv", "a.csv"):  # the same file twice: the client was not sure
        depot.leave(name, "\n".join(lines))
        await depot.visit()
        await depot.lab.work()
    assert sorted((each["title"], each["status"]) for each in await depot.lab.orders()) == [
        ("new one", "submitted"), ("one", "acknowledged"),
    ]  # fmt: skip
    assert await depot.lab.comments(order["id"]) == ["seen"]
    (report,) = depot.written("report-a.csv")
    assert [(row["line"], row["row"], row["field"]) for row in report] == [
        ("4", "3", "/updated_at"), ("5", "4", "/external_id"),
    ]  # fmt: skip
    assert [each.name for each in (depot.root / "to-centre").iterdir()] == ["done"]
    depot.leave("b.csv", "no header")
    depot.leave("half.tmp", "still being written")
    await depot.visit()
    ((row,),) = depot.written("report-b.csv")
    assert row["code"] == "file"
    assert (depot.root / "to-centre" / "half.tmp").exists()
    titles = [row["title"] for file in depot.written() for row in file]
    assert titles.count("new one") == 0, "what they told us is not told back"


class _Plain(asyncssh.SFTPServer):
    """A server of SFTP 3 alone: it renames, but nothing in place of another file."""

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:  # noqa: ARG002 - as the library has it
        raise asyncssh.SFTPOpUnsupported("no such extension")


async def test_a_server_without_the_extensions_of_openssh_is_served_too(lab: Lab, tmp_path: Path) -> None:
    async with opened(lab, tmp_path, _Plain) as depot:
        await lab.escalate("one")
        for _ in range(2):
            depot.leave("a.csv", "row,external_id,updated_at\n1,INC-1,yesterday\n")
            await depot.visit()
            assert (await depot.state())["error"] is None
        assert [row["title"] for file in depot.written() for row in file] == ["one"]
        assert len(depot.written("report-a.csv")) == 1
        assert [each.name for each in (tmp_path / "to-centre").rglob("*")] == ["done", "a.csv"]


async def test_another_server_under_the_name_a_private_address_and_a_wrong_login_are_refused(depot: Depot) -> None:
    await depot.lab.escalate("one")
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    for parts, private, why in (
        ({"host_key": other}, True, "HostKeyNotVerifiable"), ({}, False, "AddressRefused"),
        ({"secret": "a password"}, True, "PermissionDenied"), ({"port": 1}, True, "Connect"),
    ):  # fmt: skip
        await depot.put(**parts)
        await depot.visit(allow_private=private)
        assert why in (await depot.state())["error"]
        assert depot.written() == []
    await depot.put()
    await depot.visit()
    assert len(depot.written()) == 1
    for parts in ({"host_key": "ssh-ed25519 AAAA"}, {"secret": "-----BEGIN OPENSSH PRIVATE KEY-----\nx"}):
        with pytest.raises(ValidationFailed):
            await depot.put(**parts)


async def test_what_lets_us_in_is_erased_once_the_connection_does_not_go_by_files(depot: Depot) -> None:
    lab, house = depot.lab, depot.lab.house

    async def by_mail() -> None:
        async with house.app.transaction(TENANT_A) as scope:
            await mailing.put(scope, "jira", MailBody(address="desk@client.example"), BUILDER, now())

    async def by_address() -> None:
        wanted = DoorBody(signed=False, networks=["192.0.2.0/24"], ask_url="https://x.example", ask_secret="s3cret")
        lab.made = await door(house, "jira", wanted)

    async def left_out() -> None:
        await _retire("clock_timestamp()")
        await _retire("NULL")

    async def revoked() -> None:
        await agreements.act(Planes(house.control, house.app, SecretBox(KEY)), TENANT_A, "jira", Act.REVOKE, BUILDER,
                             now())  # fmt: skip

    async def _retire(at: str) -> None:
        async with house.app.transaction(TENANT_A) as scope:
            await scope.fetch(
                f"UPDATE gf.connection SET retired_at = {at} WHERE tenant_id = $1 AND code = 'jira'", TENANT_A
            )
            applied = BlueprintApplied(
                version=2, digest="", by="user", why="", reverted_to=None, summary="", sections=["connections"],
                queues=[], seats=[], service_level={}, alerts={},
            )  # fmt: skip
            journal.append(scope, applied, subject=TENANT_A, at=now(), actor=BUILDER.actor)

    for end in (by_mail, by_address, left_out, revoked):
        await depot.put()
        kept = await depot.sealed()
        assert (kept[0] is not None, kept[1]) == (True, None), end.__name__
        await lab.escalate(end.__name__)
        await end()
        assert (await depot.sealed())[0] is None, end.__name__
        await depot.visit()
        assert depot.written() == [], "nobody goes there any more"
        if end is not revoked:
            with pytest.raises(ValidationFailed):  # nobody is let in by what is not there
                await depot.put(secret=None)
