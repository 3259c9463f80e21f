"""An engine and phones of the test's own: tests here stop, kill and attack them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from tests.telephony.asterisk_lab import install
from tests.telephony.asterisk_only.ear import Ear


@pytest.fixture(scope="session")
def home() -> Path:
    return install()


@pytest_asyncio.fixture
async def asterisk(home: Path, tmp_path: Path) -> AsyncIterator[LocalAsterisk]:
    engine = LocalAsterisk(home, tmp_path / "engine")
    await engine.start()
    yield engine
    await engine.stop()


@pytest_asyncio.fixture
async def phones(home: Path, tmp_path: Path, asterisk: LocalAsterisk) -> AsyncIterator[AsteriskPhones]:
    outside = AsteriskPhones(home, tmp_path / "phones", target=(asterisk.bind, asterisk.sip_port))
    await outside.start()
    yield outside
    await outside.close()


@pytest_asyncio.fixture
async def ear(asterisk: LocalAsterisk) -> AsyncIterator[Ear]:
    listening = Ear(AsteriskEngine.of(asterisk))
    await listening.start()
    yield listening
    await listening.close()
