"""The do-not-call list and the tasks of supervisors on screens: axe finds nothing, in both themes and on a phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser

from interactions.callbacks.facts import TaskOpened
from interactions.facts import InteractionQueued, InteractionStarted
from interactions.nocall import service
from interactions.nocall.service import Wanted, Who
from tests.portal import telling
from tests.portal.front.test_settings import complaints, opened
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_lists_of_numbers_and_of_tasks_are_for_everybody(front_site: Site, browser: Browser) -> None:
    at, now = await telling.place(front_site), datetime.now(UTC)
    async with front_site.house.app.transaction(at.tenant) as scope:
        wanted = Wanted(["+8613812345678", "+85291234567"], "They wrote to us on Monday", now + timedelta(days=9), "")
        await service.add(scope, wanted, Who("user", "u", "王经理"), now)
    for kind, late in (("callback", 30), ("missed", -30), ("message", -90)):
        due = (now - timedelta(minutes=late)).isoformat()
        await telling.tell(front_site, at.tenant, [
            InteractionStarted("+862150001234", telling.CONTACT, "voice", "outbound", "", 0),
            TaskOpened(kind, at.queue_code, str(at.queue), now.isoformat(), None, due, None),
            InteractionQueued(at.queue_code, str(at.queue), 0),
        ])  # fmt: skip
    found: dict[str, list[str]] = {}
    client = await opened(front_site, browser, "wang@galaxy.example", "galaxy")
    staff = await opened(front_site, browser, "sup@harbour.example", None)
    for page, address, says in (
        (client, "/settings/do-not-call", "+852 9***4567"),
        (client, "/interactions?outcome=open_tasks&queue=" + str(at.queue), "Callback"),
        (staff, "/floor/tasks", "1 overdue"),
    ):
        for lang, theme, width in (("en", "light", 1280), ("zh-Hant", "dark", 390)):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.goto(f"{front_site.url}{address}{'&' if '?' in address else '?'}lang={lang}")
            await page.evaluate("(theme) => window.gfTheme(theme)", theme)
            assert says in await page.inner_text("body") or lang != "en"
            found |= {f"{address} {lang}": told} if (told := await complaints(page)) else {}
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await client.goto(f"{front_site.url}/interactions?outcome=open_tasks&lang=en")
    rows = await client.locator("#results tbody tr").all_inner_texts()
    assert ["overdue" in row for row in rows] == [False, False, True], "the newest first"
    await staff.set_viewport_size({"width": 1280, "height": 900})
    await staff.goto(f"{front_site.url}/floor/tasks?lang=en")
    await staff.locator("summary", has_text="Give to").first.click()
    assert await staff.locator("select[name=agent] option").count() > 1
    assert found == {}
