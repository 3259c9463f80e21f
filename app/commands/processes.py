"""The long-running processes: web, engine, worker. Their settings come from the environment (kit.settings)."""

from __future__ import annotations

import asyncio
import sys

import typer

from app.engine import run_engine
from app.web import serve
from app.wiring import SettingMissing
from app.worker import run_worker
from kit.errors import Problem
from kit.logs import configure
from kit.settings import settings


def _run(name: str, coroutine: object) -> None:
    configure(name)
    try:
        asyncio.run(coroutine)  # type: ignore[arg-type]
    except (SettingMissing, Problem) as error:
        typer.echo(f"glassfloor {name}: {error}", err=True)
        sys.exit(1)


def web() -> None:
    """Serve pages, API and live feeds on GF_HOST:GF_PORT. Stateless: run as many as you like behind one address."""
    _run("web", serve(settings()))


def engine() -> None:
    """Own the floor GF_FLOOR: route its calls through the phone engine. A second one for the same floor is refused.

    Stopping or killing it drops no talking call; started again it finds them.
    """
    _run("engine", run_engine(settings()))


def worker() -> None:
    """Do what follows a commit: deliver webhooks, seal journals, keep boards' keyframes. Run one or several."""
    _run("worker", run_worker(settings()))
