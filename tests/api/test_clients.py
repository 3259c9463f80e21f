"""The generated Python client, as it is committed, does a whole round trip against the running application."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import sys
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from kit.ids import new_id
from kit.postman import collection
from tests.api.test_examples import Ground
from tests.architecture.rules import ROOT
from tests.support.site import Site
from tools.openapi import ANYWHERE


@pytest.fixture
def client() -> Iterator[Any]:
    """The package's modules by name; gone again afterwards."""
    sys.path.insert(0, str(ROOT / "clients" / "python"))
    yield lambda name: importlib.import_module(f"glassfloor_client{name}")
    sys.path.pop(0)


async def test_an_escalation_is_resolved_by_the_generated_client(site: Site, client: Any) -> None:
    machine, ground = await site.machine("galaxy"), Ground(site)
    await ground.lay("", "acknowledge")
    key = machine.headers["Authorization"].removeprefix("Bearer ")
    order = UUID(ground.places["work_order_id"])
    done = await asyncio.to_thread(resolve, client, client("").AuthenticatedClient(site.url, token=key), order)
    assert (done["status"], done["resolution"]["code"]) == ("resolved", "refunded")


def resolve(client: Any, api: Any, order: UUID) -> dict[str, Any]:
    """Find it, take it on, say something, and resolve it; each step with what the one before told."""
    work_orders, models = ".api.work_orders", client(".models")
    page = client(f"{work_orders}.list_work_orders").sync(client=api, status="submitted")
    assert [each.id for each in page.data] == [order]
    read = client(f"{work_orders}.get_work_order").sync_detailed(order, client=api)
    move = client(f"{work_orders}.transition_work_order").sync_detailed
    taken = move(order, client=api, body=models.NewTransition(to=models.Status.INPROGRESS),
                 idempotency_key=str(new_id()), if_match=read.headers["ETag"])  # fmt: skip
    assert taken.parsed.status == models.Status.INPROGRESS
    stale = move(order, client=api, body=models.NewTransition(to=models.Status.HELD), idempotency_key=str(new_id()),
                 if_match=read.headers["ETag"])  # fmt: skip
    assert (stale.status_code, stale.parsed.code) == (412, "version_mismatch")
    said = client(f"{work_orders}.create_comment").sync(
        order, client=api, body=models.NewComment(body="the bank has confirmed it"), idempotency_key=str(new_id())
    )
    assert said.work_order_id == order
    resolution = models.Resolution(code="refunded", summary="the money is back today")
    done = move(order, client=api, body=models.NewTransition(to=models.Status.RESOLVED, resolution=resolution),
                idempotency_key=str(new_id()), if_match=taken.headers["ETag"])  # fmt: skip
    return dict(done.parsed.to_dict())


def test_the_modules_are_compiled_of_the_sources_beside_them() -> None:
    source, compiled = (
        (ROOT / "clients" / "typescript" / place).read_text(encoding="utf-8")
        for place in ("src/sdk.gen.ts", "js/sdk.gen.js")
    )
    operations = [re.findall(r"^export const (\w+) =", text, re.MULTILINE) for text in (source, compiled)]
    addresses = [re.findall(r"url: '([^']+)'", text) for text in (source, compiled)]
    assert (operations[0], addresses[0]) == (operations[1], addresses[1])
    assert len(operations[0]) > 60


def test_the_collection_has_every_operation_and_is_the_same_whenever_it_is_made() -> None:
    made = json.loads((ROOT / "clients" / "openapi.json").read_text(encoding="utf-8"))
    committed = (ROOT / "clients" / "postman.json").read_text(encoding="utf-8")
    again = [json.dumps(collection(made, ANYWHERE), indent=1, ensure_ascii=False) + "\n" for _ in range(2)]
    assert again == [committed, committed]
    operations = [(method.upper(), path) for path, methods in made["paths"].items() for method in methods]
    requests = [each["request"] for folder in json.loads(committed)["item"] for each in folder["item"]]
    assert len(operations) > 60
    there = [(r["method"], re.sub(r":(\w+)", r"{\1}", "/" + "/".join(r["url"]["path"]))) for r in requests]
    assert sorted(there) == sorted(operations)
    for request in requests:  # what may be left out is off, and each place of an address is a variable
        assert all(each.get("disabled") or each["value"] for each in request["header"]), request["url"]["raw"]
        assert request["url"]["raw"].count(":") == len(request["url"].get("variable", []))
        if request.get("body", {}).get("mode") == "raw":
            json.loads(request["body"]["raw"])
