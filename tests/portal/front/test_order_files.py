"""Files on the page of a work order: sent, scanned meanwhile, refused, taken away, downloaded; nothing for axe."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.async_api import Browser, FilePayload, expect

from kit.clock import now
from kit.objects import Folder
from kit.scanning.embedded import EICAR, Embedded
from tests.portal import telling
from tests.portal.front.test_site import sees
from tests.portal.test_work_orders import raised
from tests.support.axe import violations
from tests.support.site import Site
from workorders.attachments.service import scanning

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
    await lines.nth(2).get_by_role("button").click()
    await expect(lines).to_have_count(2)
    assert complaints == []
    await page.context.close()
