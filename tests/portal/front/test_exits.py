"""The pages of leaving on screens: a client's data and its own key, in three languages, both themes, on a phone."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.async_api import Browser

from tests.portal.front.test_trust import entered, looked_at
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
KEY = "age1fmz6gpm7m32xx86eewjx3rg6mypzqcls6x2ajj9g6k03jmnesqrq2avtm5"


async def test_a_client_names_a_key_of_its_own(front_site: Site, browser: Browser) -> None:
    boss = await entered(front_site, browser, "wang@galaxy.example", "galaxy")
    page = await boss.new_page()
    await page.goto(f"{front_site.url}/settings/data?lang=en")
    await page.get_by_label("Public key").fill("age1mistyped")
    await page.get_by_role("button", name="Encrypt exports to this key").click()
    await page.get_by_role("alert").get_by_text("That is no public key of age").wait_for()
    assert await page.get_by_label("Public key").input_value() == "age1mistyped"
    await page.get_by_label("Public key").fill(KEY)
    await page.get_by_role("button", name="Encrypt exports to this key").click()
    await page.get_by_text(KEY).wait_for()
    await page.get_by_role("button", name="Ask for an export").click()
    await page.get_by_text(f"encrypted to {KEY}").wait_for()
    found = await looked_at(page, f"{front_site.url}/settings/data", "data")
    await boss.close()
    assert found == []


async def test_two_people_erase_a_client(front_site: Site, browser: Browser) -> None:
    pool = await front_site.house.control.pool()
    erased = uuid4()
    await pool.executemany(
        "INSERT INTO control.tenant (id, code, name, zone, languages, state) VALUES ($1, $2, $3, 'UTC', '{en}', $4)",
        [(uuid4(), "old-mill", "Old Mill 舊磨坊", "left"), (uuid4(), "red-kite", "Red Kite", "left"),
         (erased, f"erased-{erased}", "erased", "erased"), (running := uuid4(), "blue-jay", "Blue Jay", "erasing")],
    )  # fmt: skip
    await pool.executemany(
        "INSERT INTO control.erasure (tenant_id, step, begun_at, destroyed_at, done_at, found)"
        " VALUES ($1, $2, now(), now(), $3, $4)",
        [(erased, "", NOW, '{"tables": {"journal": 214077}, "files": 812}'), (running, "rows", None, "{}")],
    )
    await pool.execute(
        'INSERT INTO control."user" (id, email, name, staff_role) VALUES ($1, $2, $3, $4)',
        uuid4(), "ines@harbour.example", "Ines Kwok", "onboarding",
    )  # fmt: skip
    address = f"{front_site.url}/centre/erasures"
    first, second = [
        await (await entered(front_site, browser, email, None)).new_page()
        for email in ("onboarding@harbour.example", "ines@harbour.example")
    ]
    await first.goto(f"{address}?lang=en")
    await first.get_by_label("Client").select_option("old-mill")
    await first.get_by_label("Reason").fill("The contract ended in October, all was handed over")
    await first.get_by_role("button", name="Ask for the erasure").click()
    await first.get_by_text("Somebody else has to confirm it").wait_for()
    await second.goto(f"{address}?lang=en")
    found = await looked_at(second, address, "erasures")
    await second.set_viewport_size({"width": 1440, "height": 900})
    await second.goto(f"{address}?lang=en")
    await second.get_by_label("Type the client's code").fill("old-mile")
    await second.get_by_role("button", name="Confirm the erasure").click()
    await second.get_by_role("alert").get_by_text("not the client's code").wait_for()
    await second.get_by_label("Type the client's code").fill("old-mill")
    await second.get_by_role("button", name="Confirm the erasure").click()
    await second.get_by_text("can still be stopped").first.wait_for()
    found += await looked_at(second, address, "erasures-confirmed")
    await second.goto(f"{address}?lang=en")
    await second.get_by_role("button", name="Stop it").click()
    await second.get_by_text("Nobody asked to erase a client").wait_for()
    for page in (first, second):
        await page.context.close()
    await pool.execute("DELETE FROM control.erasure")
    await pool.execute("DELETE FROM control.tenant WHERE state IN ('left', 'erasing', 'erased')")
    assert found == []
