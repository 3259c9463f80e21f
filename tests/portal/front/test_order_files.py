"""The page of a work order and the board in a browser: files, what others do meanwhile, a card that moves; axe."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, Route, expect

from kit.clock import now
from kit.objects import Folder
from kit.scanning.embedded import EICAR, Embedded
from tests.portal import telling
from tests.portal.front.browsing import intercept
from tests.portal.front.test_site import sees
from tests.portal.test_work_orders import raised
from tests.support.axe import violations
from tests.support.site import Site
from workorders.attachments.service import scanning
from workorders.core.doer import Doer
from workorders.core.states import Side, Status
from workorders.schemas import Move, NewComment, WorkOrderPatch
from workorders.service import changes, edit

CENTRE = Doer(Side.OUTSOURCER, "user", "u-1", "supervisor")
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def scan(site: Site) -> None:
    """Scan what waits for it, as the worker does."""
    tenant, means = site.tenants["galaxy"], scanning.Means(Folder(site.settings.recordings_folder), Embedded())
    async with site.house.worker.transaction(tenant) as scope:
        for row in await scope.fetch("SELECT id FROM gf.work_order_attachment WHERE tenant_id = $1", tenant):
            await scanning.scan(scope, UUID(str(row["id"])), means, now())


async def test_files_are_sent_scanned_refused_and_taken_away(browser: Browser, front_site: Site) -> None:
    site = front_site
    order, _ = await raised(site, await telling.place(site))
    page, complaints = await sees(browser, site, "wang@galaxy.example", "galaxy", "en", "light")
    await page.goto(f"{site.url}/work-orders/{order}?lang=en")
    field, lines, told = page.locator("#file"), page.locator("#files li"), page.locator(".file-told")
    await expect(page.locator("[name=inside]")).to_have_count(0)
    bill = FilePayload(name="账单.pdf", mimeType="text/html", buffer=b"%PDF-1.4 " + bytes(300_000))
    await field.set_input_files([bill, FilePayload(name="bad.txt", mimeType="text/plain", buffer=EICAR)])
    await expect(lines).to_have_count(2)
    await expect(lines.first).to_contain_text("Being scanned")
    await expect(told).to_contain_text("bad.txt was sent")
    await scan(site)
    await expect(lines.first).to_contain_text("Scanned, nothing found")
    await expect(lines.nth(1)).to_contain_text("Malware was found in it (EICAR-Test-File). The file was deleted.")
    async with page.expect_download() as download:
        await lines.first.locator("a").click()
    assert (await download.value).suggested_filename == "账单.pdf"
    await field.set_input_files({"name": "photo.png", "mimeType": "image/png", "buffer": b"MZ\x90\0" + bytes(99)})
    await expect(told).to_have_text("photo.png: Files of this type are not taken, whatever they are called.")
    handle = await page.evaluate_handle(
        "() => { const held = new DataTransfer(); held.items.add(new File(['dropped'], 'dropped.txt')); return held; }"
    )
    await page.dispatch_event("#file-form", "drop", {"dataTransfer": handle})
    await expect(lines).to_have_count(3)
    assert await violations(page) == []
    await the_centre_sees_what_is_held_back(browser, site)
    await lines.nth(2).get_by_role("button").click()
    await expect(lines).to_have_count(2)
    await others_act_while_one_writes(site, page, order)
    await cards_move(site, page, order)
    assert complaints == []
    await page.context.close()


async def the_centre_sees_what_is_held_back(browser: Browser, site: Site) -> None:
    """Supervisors see that a file waits, and not its name before it is clean; and what was found."""
    page, complaints = await sees(browser, site, "sup@harbour.example", None, "en", "dark")
    await page.goto(f"{site.url}/floor/files?lang=en")
    held = page.locator("main tbody tr")
    await expect(held).to_have_count(2)
    await expect(held.first).to_contain_text("of the client, seen once it is clean")
    await expect(held.nth(1)).to_contain_text("Malware was found in it")
    await expect(held.nth(1)).to_contain_text("bad.txt")
    assert await violations(page) == []
    assert complaints == []
    await page.context.close()
    page, _ = await sees(browser, site, "wang@galaxy.example", "galaxy", "en", "light")
    await page.goto(f"{site.url}/settings/hours?entry=cs&lang=en")
    assert await violations(page) == []
    await page.context.close()


async def others_act_while_one_writes(site: Site, page: Page, order: str) -> None:
    """What the other side does shows by itself; what is being written stays, and is sent without leaving the page."""
    tenant, thread = site.tenants["galaxy"], page.locator("#thread")
    await expect(page.locator("#order")).to_have_attribute("data-feed", "live")
    await page.locator("#body").fill("half a thought")
    await page.locator("#edit > summary").click()
    await page.locator("#f-custom-shop").fill("S 4")
    async with site.house.app.transaction(tenant) as scope:
        await changes.comment(scope, UUID(order), NewComment(body="from the seat"), CENTRE, now())
        await edit(scope, UUID(order), WorkOrderPatch(priority="low"), CENTRE, now())
    await expect(thread).to_contain_text("from the seat")
    await expect(page.locator("#p-head")).to_contain_text("Low")
    await expect(page.locator("#body")).to_have_value("half a thought")
    await expect(page.locator("#p-edit [data-kept]")).to_be_visible()
    await page.locator("#edit-form").get_by_role("button", name="Save").click()
    await expect(page.locator("#p-edit")).to_contain_text("Changed meanwhile:")
    await expect(page.locator("#f-custom-shop")).to_have_value("S 4")
    await page.locator("#edit-form").get_by_role("button", name="Save").click()
    await expect(page.locator("#p-about")).to_contain_text("S 4")
    await expect(page.locator("#edit")).not_to_have_attribute("open", "")
    await expect(page.locator("#edit summary")).to_be_focused()
    send, kept = page.get_by_role("button", name="Send comment"), await page.context.cookies()
    await page.context.clear_cookies()
    await send.click()
    await expect(page.locator("#comment [role=alert]")).to_contain_text("You are signed out.")
    await expect(page.locator("#body")).to_have_value("half a thought")
    again = [(str(each.get("name")), str(each.get("value"))) for each in kept]  # signed in, in another tab
    await page.context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in again])
    await send.click()
    await expect(thread).to_contain_text("half a thought")
    await expect(page.locator("#body")).to_have_value("")


async def cards_move(site: Site, page: Page, order: str) -> None:
    """A card moves by keys, by its menu with words, and by drag; one that somebody else moved comes back with why."""
    await page.goto(f"{site.url}/work-orders/board?lang=en")
    await expect(page.locator("#orders")).to_have_attribute("data-feed", "live")
    card = page.locator(f"#card-{order}")
    await card.locator("a").focus()
    await page.keyboard.press("Alt+ArrowRight")
    await expect(page.locator('[data-status="acknowledged"]').locator(f"#card-{order}")).to_be_visible()
    await expect(card.locator("a")).to_be_focused()
    await page.keyboard.press("Alt+ArrowLeft")
    await expect(page.locator("#board-refused")).to_contain_text("No column on that side takes it.")
    await card.locator("summary").click()
    await card.get_by_role("button", name="Wait for someone").click()
    await page.locator("#move-reason").fill("asks the bank")
    assert await violations(page) == []
    await page.locator("#move-pending").select_option("third_party")
    await page.get_by_role("button", name="Move", exact=True).click()
    await expect(page.locator('[data-status="pending"]').locator(f"#card-{order}")).to_contain_text("a third party")
    await _drag(page, card, "inProgress")
    await expect(page.locator('[data-status="inProgress"]').locator(f"#card-{order}")).to_be_visible()
    await intercept(page, "**/transitions", lambda route: _moved_before(site, route, order))
    await _drag(page, card, "held")
    await page.locator("#move").get_by_role("button", name="Move").click()
    await expect(page.locator("#board-refused")).to_contain_text("Somebody changed it meanwhile.")
    await expect(page.locator('[data-status="resolved"]').locator(f"#card-{order}")).to_be_visible()
    assert await violations(page) == []


async def _drag(page: Page, card: Locator, status: str) -> None:
    """Let go of a card when its column says that it would take it: before, it is dropped nowhere."""
    column = page.locator(f'.order-column[data-status="{status}"]')
    await card.hover()
    await page.mouse.down()
    async with asyncio.timeout(30):
        while await column.get_attribute("data-over") is None:  # a drag is told of its place by a later move
            for x in (20, 40):
                await column.hover(force=True, position={"x": x, "y": 40})
    await page.mouse.up()


async def _moved_before(site: Site, route: Route, order: str) -> None:
    """Somebody else is quicker, between the browser and the server."""
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        theirs = Doer(Side.TENANT, "user", "u-2", "王经理")
        await changes.transition(scope, UUID(order), Move(to=Status.RESOLVED), theirs, now())
    await route.continue_()
