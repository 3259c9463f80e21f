"""The long-running processes: web, engine, worker, mover. Their settings come from the environment (kit.settings).

Each imports its own world only, and only when it starts: an engine that was killed is back sooner without the pages.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from importlib import import_module
from typing import NoReturn

import typer
import uvloop

from app.commands import AT_WORK
from app.errors import CannotListen
from app.wiring import SettingMissing
from kit.away import MAYBE_AWAY, is_away
from kit.embedded.errors import FolderNotWritable
from kit.errors import Problem
from kit.logs import configure
from kit.settings import settings

_SAID_PLAINLY = (SettingMissing, Problem, CannotListen, FolderNotWritable)
"""Their messages say what to do; a traceback would hide it."""


def _run(name: str, function: str) -> None:
    """Run a process: ``function`` of the module of its name, which is given the settings."""
    configure(name)
    try:
        world = import_module(f"app.{name}")
        gc.freeze()  # the code itself is never rubbish
        gc.set_threshold(*AT_WORK)
        coroutine = getattr(world, function)(settings())
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(coroutine)
    except _SAID_PLAINLY as error:
        _refuse(name, str(error))
    except MAYBE_AWAY as error:
        if not is_away(error):
            raise
        _refuse(name, f"cannot start without its database: {error}")


def _refuse(name: str, why: str) -> NoReturn:
    typer.echo(f"glassfloor {name}: {why}", err=True)
    sys.exit(1)


def web() -> None:
    """Serve pages, API and live feeds on GF_HOST:GF_PORT. Stateless: run as many as you like behind one address."""
    _run("web", "serve")


def engine() -> None:
    """Own the floor GF_FLOOR: route its calls through the phone engine. A second one for the same floor is refused.

    Stopping or killing it drops no talking call; started again it finds them.
    """
    _run("engine", "run_engine")


def worker() -> None:
    """Do what follows a commit: deliver webhooks, seal journals, keep boards' keyframes. Run one or several."""
    _run("worker", "run_worker")


def mover() -> None:
    """Take up moves of clients whose mover died or failed (GF_MIGRATOR_DSN). Run one or several; it serves nobody."""
    _run("mover", "run_mover")


PROCESSES = {"web": web, "engine": engine, "worker": worker, "mover": mover}
"""By the names of their commands."""
