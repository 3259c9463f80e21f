"""One demo on the real engine for the stories, phones outside, a browser whose microphone plays a tone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from telephony.asterisk.phones import AsteriskPhones
from tests.story.browser import chromium, write_tone
from tests.story.centre import ENGINE_HOME, Centre, running_demo
from tests.story.desks import AGENT


@pytest.fixture(scope="package")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with running_demo(tmp_path_factory.mktemp("centre") / "demo", "--no-traffic") as running:
        yield running


@pytest.fixture
async def phones(centre: Centre, tmp_path: Path) -> AsyncIterator[AsteriskPhones]:
    host, _, port = centre.facts["sip"].partition(":")
    made = AsteriskPhones(ENGINE_HOME, tmp_path / "outside", target=(host, int(port)))
    await made.start()
    yield made
    await made.unregister_all()  # the next story shares the centre
    await made.close()


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    write_tone(tmp_path / "microphone.wav", AGENT)
    async with chromium(tmp_path / "microphone.wav") as made:
        yield made
