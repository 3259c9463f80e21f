"""The generated TypeScript client, as it is committed and compiled, does a whole round trip in a browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Route

from tests.api.test_examples import Ground
from tests.architecture.rules import ROOT
from tests.support.site import Site

MODULES = ROOT / "clients" / "typescript" / "js"
SOLVES = """async ({key, id}) => {
  const { client } = await import("/typescript/client.gen.js"), api = await import("/typescript/index.js");
  client.setConfig({ baseUrl: location.origin, auth: () => key });
  const { data: page } = await api.listWorkOrders({ query: { status: "submitted", requester_side: "outsourcer" } });
  const path = { work_order_id: id }, { response } = await api.getWorkOrder({ path });
  const heads = (once, tag) => ({ "Idempotency-Key": once, ...(tag && { "If-Match": tag }) });
  const move = (tag, once, body) => api.transitionWorkOrder({ path, headers: heads(once, tag), body });
  const taken = await move(response.headers.get("ETag"), "take", { to: "inProgress" });
  const stale = await move(response.headers.get("ETag"), "late", { to: "held", reason: "too late" });
  const said = await api.createComment({ path, headers: heads("say"), body: { body: "银行已确认" } });
  const resolution = { code: "refunded", summary: "the money is back today" };
  const done = await move(taken.response.headers.get("ETag"), "solve", { to: "resolved", resolution });
  return {
    listed: page.data.map((each) => each.id), taken: taken.data.status, said: said.data.body, done: done.data.status,
    code: done.data.resolution.code, stale: [stale.response.status, stale.error.code],
  };
}"""
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _handed(route: Route) -> None:
    """Hand out a module, as a client's own server would."""
    place = MODULES / route.request.url.partition("/typescript/")[2]
    await route.fulfill(body=place.read_text(encoding="utf-8"), content_type="text/javascript")


async def test_an_escalation_is_resolved_by_the_generated_client(browser: Browser, front_site: Site) -> None:
    machine, ground = await front_site.machine("galaxy"), Ground(front_site)
    await ground.lay("", "acknowledge")
    order = ground.places["work_order_id"]
    context = await browser.new_context()
    await context.route("**/typescript/**", _handed)
    page = await context.new_page()
    await page.goto(f"{front_site.url}/sign-in")
    key = machine.headers["Authorization"].removeprefix("Bearer ")
    told = await page.evaluate(SOLVES, {"key": key, "id": order})
    assert told == {
        "listed": [order], "taken": "inProgress", "said": "银行已确认", "done": "resolved", "code": "refunded",
        "stale": [412, "version_mismatch"],
    }  # fmt: skip
    await context.close()
