"""What is sent wrong is refused with a reason and changes nothing, at every route that takes a body."""

from __future__ import annotations

from itertools import product

from kit.ids import new_id
from tests.workorders.lab import System

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
    (b"[" * 50_000, JSON, 400, None),
    (b'{"title": "a", "type": "x", "number": 7}', JSON, 400, "extra_forbidden"),
    (b'{"title": ["a"], "type": {"b": 1}}', JSON, 400, "string_type"),
    (b'{"title": "a", "type": "x"}', "text/plain", 415, None),
    (b'{"title": "a", "type": "x"}', "application/x-www-form-urlencoded", 415, None),
    (b"<order/>", "application/xml", 415, None),
]


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
    assert (await a1.get(URL)).json()["data"] == [order]
