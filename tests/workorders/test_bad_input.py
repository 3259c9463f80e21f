"""What is sent wrong is refused with a reason and changes nothing, at every route that takes a body."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import httpx

from kit.ids import new_id
from kit.objects import Folder
from tests.support.house import House
from tests.workorders.lab import System
from tests.workorders.test_acceptance import BODIES as BODIES_OF
from tests.workorders.test_acceptance import every, filled, scanner
from tests.workorders.test_handshakes import Seat, seat

__all__ = ["every", "scanner", "seat"]

URL = "/v1/work-orders"
JSON = "application/json"
MERGE = "application/merge-patch+json"
BODIES = [
    (b'{"title": "a", "title": "b", "type": "x"}', JSON, 400, "json_invalid"),
    (b'{"title": "a", "type": "x", "custom": {"k": 1, "k": 2}}', MERGE, 400, "json_invalid"),
    (b'{"title": "a", "type": "x", "custom": {"k": NaN}}', JSON, 400, "json_invalid"),
    (b'{"title": "\xff\xfe", "type": "x"}', JSON, 400, "json_invalid"),
    (b'{"title": "a", "type": "x"', JSON, 400, "json_invalid"),
    (b'{"title": "\\ud800", "type": "x"}', JSON, 400, "string_unicode"),
    (b'{"title": "a", "type": "x", "custom": {"k": "\\ud800"}}', JSON, 400, "value_error"),
    (b'{"title": "a\\u0000b", "type": "x"}', JSON, 400, "value_error"),
    (b'{"title": "' + b"t" * 1_000_000 + b'", "type": "x"}', JSON, 400, "string_too_long"),
    (b'{"title": "a", "type": "x", "parties": [' + b"{}," * 20_000 + b"{}]}", JSON, 400, "missing"),
    (b'{"title": "a", "type": "x", "custom": ' + b'{"a":' * 900 + b"1" + b"}" * 901, JSON, 400, "value_error"),
    (b"[" * 50_000, JSON, 400, "json_invalid"),
    (b'{"title": "a", "type": "x", "number": 7}', JSON, 400, "extra_forbidden"),
    (b'{"title": ["a"], "type": {"b": 1}}', JSON, 400, "string_type"),
    (b'{"title": "a", "type": "x"}', "text/plain", 415, None),
    (b'{"title": "a", "type": "x"}', "application/x-www-form-urlencoded", 415, None),
    (b"<order/>", "application/xml", 415, None),
]
PATCHES = b'[{"op": "replace", "path": "/title", "value": "b"}]', b'{"title": "b"}', b"{}"


async def test_each_route_refuses_what_is_sent_wrong(a1: System) -> None:
    order = await a1.create("as it was")
    paths = ("POST", URL), ("PATCH", f"{URL}/{order['id']}")
    for (method, address), (body, kind, status, code) in product(paths, BODIES):
        headers = {"Content-Type": kind, "Idempotency-Key": str(new_id()), "If-Match": f'"wo-{order["id"]}-1"'}
        refused = await a1.http.request(method, address, content=body, headers=a1.headers(headers))
        assert refused.status_code == status, (method, body[:60], refused.text[:200])
        told = refused.json()
        assert told["trace_id"] is not None
        assert len(refused.content) < 20_000
        if code is not None:
            assert code in {error["code"] for error in told["errors"]} | {"extra_forbidden"}
    for body, kind in product(PATCHES, ("application/json-patch+json", "application/vnd.api+json")):
        headers = {"Content-Type": kind, "If-Match": f'"wo-{order["id"]}-1"'}
        refused = await a1.http.patch(paths[1][1], content=body, headers=a1.headers(headers))
        assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_media_type")
    assert (await a1.get(URL)).json()["data"] == [order]


async def test_what_is_sent_compressed_is_refused_as_such(a1: System) -> None:
    order = await a1.create()
    files = f"{URL}/{order['id']}/attachments"
    announced = (await a1.post(files, {"name": "a.txt"})).json()
    paths = ("POST", f"{URL}/{order['id']}/comments"), ("PUT", f"{files}/{announced['id']}/content")
    for method, path in paths:
        headers = a1.headers({"Content-Type": JSON, "Content-Encoding": "gzip", "Idempotency-Key": "gz"})
        refused = await a1.http.request(method, path, content=gzip.compress(b'{"body": "x"}'), headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_media_type"), path
        assert refused.headers["Accept-Encoding"] == "identity"
    assert (await a1.get(f"{files}/{announced['id']}")).json()["sha256"] is None


def spoilt(good: dict[str, Any]) -> Iterator[tuple[bytes, str, set[int]]]:
    """Yield what is wrong with a body in one way each: as it is written, and in every member that it has."""
    text = json.dumps(good).encode()
    name = next(iter(good))
    for raw in (b"{", b"[" * 50_000, b"null", b"[]", b"7", text[:-1], text.replace(b":", b":\xff\xfe", 1), text + b"x",
                b'{"' + name.encode() + b'": 1, ' + text[1:], b'{"a":' * 900 + b"1" + b"}" * 900):  # fmt: skip
        yield raw, JSON, {400}
    yield text, "text/plain", {400, 415}
    yield json.dumps({**good, "tenant_id": "x"}).encode(), JSON, {400}
    yield json.dumps({**good, "\ud800": 1}).encode(), JSON, {400}
    wrong: tuple[Any, ...] = ("a\0b", "\ud800", "t" * 1_000_000, ["x"] * 20_000, {"x": {"y": 1}}, 1e308, [[[[]]]])
    for member in good:
        for value in wrong:
            yield json.dumps({**good, member: value}).encode(), JSON, {400, 413}


async def test_every_route_of_the_document_refuses_what_is_wrong_and_changes_nothing(
    house: House,
    http: httpx.AsyncClient,
    seat: Seat,
    every: tuple[System, System, System],
    files: Folder,
    scanner: None,
) -> None:
    """Routes with a body are read from the document; the ids in their addresses are real, their bodies nearly right."""
    system, places = every[0], await filled(house, seat, every[0])
    address = f"{URL}/{places['work_order_id']}"
    before, tried = (await system.get(address)).json(), 0
    document = (await http.get("/v1/openapi.json")).json()["paths"]
    for path, methods in document.items():
        for method in methods:
            good = BODIES_OF.get(path.rsplit("/", 1)[-1])
            if "requestBody" not in methods[method] or good is None or not path.startswith((URL, "/v1/endpoints")):
                continue
            target = re.sub(r"{(\w+)}", lambda found: places[found.group(1)], path)
            for body, kind, statuses in spoilt(good):
                own = {"Idempotency-Key": str(new_id()), "If-Match": f'"wo-{before["id"]}-{before["version"]}"'}
                headers = system.headers({"Content-Type": kind, **own})
                refused = await http.request(method.upper(), target, content=body, headers=headers)
                assert refused.status_code in statuses, (method, path, body[:80], refused.text[:200])
                assert refused.json()["code"], (method, path)
                assert len(refused.content) < 20_000
                tried += 1
            own = {"Idempotency-Key": str(new_id()), "If-Match": f'"wo-{before["id"]}-{before["version"]}"'}
            headers = system.headers(own)
            if path.startswith(URL):
                refused = await http.request(method.upper(), f"{target}?drey=1", json=good, headers=headers)
                assert refused.json()["errors"][0]["pointer"] == "query:drey", (method, path, refused.text)
    assert tried > 200
    assert (await system.get(address)).json() == before
