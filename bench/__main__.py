"""``python -m bench [NAME ...] [--quick]``: run benches one after the other and print a line for each figure."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

import uvloop

from bench.children import quiet
from bench.machine import conditions, pressure
from bench.run import Bench, Run

BENCHES = {
    "journal": "facts per second by size of the group, against bare INSERT and COPY",
    "isolation": "row-level security and the signed context against the same query without them; entering a tenant",
    "routing": "decisions per second against a naive scan that decides the same; scaling; latency",
    "workorders": "work orders over HTTP: create, change, list, feed, against bare tables and against the same SQL",
    "deliveries": "webhooks to one and to 100 endpoints, against a bare loop over httpx; 10 000 that waited",
    "volume": "1 000 000 work orders and 20 000 000 facts of 200 clients: every list, change, page and round",
    "fanout": "live frames to watchers, against websockets.broadcast and send_json; change to watcher",
    "rewind": "a board of any second of 90 days, by size of the journal; a day's overview; a jump",
    "glass": "the real portal with 1 000 and 5 000 watchers and a browser: change to screen, memory, coming at once",
    "thresholds": "a round over the thresholds of 100 and 500 clients: CPU and statements for each",
    "board_page": "500 seats in Chromium, 20 changes in each update, as tiles and as a table: frames, tasks, bytes",
    "desk_load": "the view of an agent's desk: bytes, processor time of the page with the recorder and without",
    "onboarding": "from a new client's file to its first answered call; 200 clients from files, first to last",
    "sealing": "ten facts with a sealed note to ten without; reading them",
    "probe": "a run of the isolation probe over the whole application, per 100 routes",
    "exports": "an export of a client with many facts: seconds, rate, memory",
    "limits": "a request that is counted against one that is not",
    "placements": "a large client moves to a database of its own: rows per second, and how long it is closed",
    "recovery": "the switchboard is killed with calls up: until it decides again; memory per call; conversations",
    "soak": "minutes of traffic at half capacity: channels, bridges, tasks, handles, memory that are left over",
    "supervision": "a supervisor's command until it is heard: listen, whisper, barge",
    "calls": "routed calls, INVITE to agent INVITE, largest rate, against Asterisk's Queue(); twice the limit, by sipp",
}
EPILOG = """Each bench starts servers of its own on loopback and removes everything afterwards. Results go to standard
output, progress to standard error. Ratios are medians over rounds with smallest and largest; above 1 we are cheaper.
Targets: docs/benchmarks.md. Rates depend on the machine and its neighbours, ratios much less."""


def main() -> int:
    """Read the arguments and run."""
    listed = "\n".join(f"  {name:<11} {what}" for name, what in BENCHES.items())
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=f"Benches:\n{listed}", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("name", nargs="*", help="benches to run; none: all")
    parser.add_argument("--quick", action="store_true", help="small counts, one round: does it run?")
    parser.add_argument("--minutes", type=float, default=10, help="of the soak; at most 60", metavar="M")
    parser.add_argument("--browser", action="store_true", help="supervision: from the page's button, in Chromium")
    given = parser.parse_args()
    unknown = sorted(set(given.name) - set(BENCHES))
    if unknown:
        parser.error(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    quiet()
    print(conditions(), flush=True)
    for name in given.name or BENCHES:
        bench: Bench = importlib.import_module(f"bench.{name}").run
        print(f"\n{name}  ({pressure()})", flush=True)
        with tempfile.TemporaryDirectory(prefix="glassfloor-bench-") as folder:
            minutes = min(60.0, given.minutes)
            uvloop.run(bench(Run(Path(folder), quick=given.quick, minutes=minutes, browser=given.browser)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
