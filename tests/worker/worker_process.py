"""A worker process for tests: the real ``run_worker`` with less patience and its settings from the environment."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta

from app.worker import Pace, run_worker
from kit.logs import configure
from kit.settings import settings
from webhooks.tasks import Policy

PACE = Pace(
    sweep=timedelta(seconds=float(os.environ.get("TEST_SWEEP_S", "0.5"))),
    seal=timedelta(milliseconds=200),
    courier=Policy(schedule=(timedelta(0), *[timedelta(milliseconds=200)] * 30), lease=timedelta(seconds=2)),
)

if __name__ == "__main__":
    configure("worker")
    asyncio.run(run_worker(settings(), PACE))
