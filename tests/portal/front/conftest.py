"""One harness and one browser for a worker's tests; each test gets a profile of its own, which may break no policy."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from kit.embedded.postgres import EmbeddedPostgres
from portal.states.app import create
from tests.portal.front.browsing import Visitor
from tests.support.house import open_house
from tests.support.site import SITE_TEMPLATE, Settled, Site, open_site

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--process-per-site",
]


expect.set_options(timeout=30_000)  # as everything else of a page is waited for, however busy the machine


@pytest.fixture(scope="session")
def harness() -> Iterator[str]:
    """Address of the states server on a port of its own."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create(), log_level="warning", ws_per_message_deflate=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    server.force_exit = True
    thread.join(5)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium; its absence is a failure, never a skip."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        await running.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def profile(harness: str, browser: Browser) -> AsyncIterator[BrowserContext]:
    """One profile for a worker's visitors, and a page that stays: a new one would read and compile all files again."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = await context.new_page()
    await page.goto(f"{harness}/error/404")
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(harness: str, profile: BrowserContext) -> AsyncIterator[Visitor]:
    """A visitor of whom nothing is known; at the end nothing may have broken the security policy or thrown."""
    made = Visitor(harness, profile)
    yield made
    await made.forget()
    assert made.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def front_site(
    settled: Settled, house_template: EmbeddedPostgres, redis: str, tmp_path: Path
) -> AsyncIterator[Site]:
    """The real web application in the browser's own loop; see tests.support.site."""
    async with (
        open_house(house_template, f"house_{secrets.token_hex(6)}", SITE_TEMPLATE) as house,
        open_site(house, redis, tmp_path, settled) as made,
    ):
        yield made


@pytest.fixture
def eventually() -> Callable[..., Awaitable[Any]]:
    """Wait until an asynchronous question is answered by something true; fails with the last answer."""

    async def wait(question: Callable[[], Awaitable[Any]], within_s: float = 5.0) -> Any:
        deadline, answer = time.monotonic() + within_s, None
        while time.monotonic() < deadline:
            with contextlib.suppress(StopAsyncIteration):
                answer = await question()
            if answer:
                return answer
            await asyncio.sleep(0.03)
        raise AssertionError(f"not within {within_s} s, last answer {answer!r}")

    return wait
