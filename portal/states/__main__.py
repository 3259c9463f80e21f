"""`python -m portal.states [--port N]`: serve the harness on this machine."""

from __future__ import annotations

import argparse

import uvicorn

from portal.states.app import create

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--port", type=int, default=8321)
options = parser.parse_args()
uvicorn.run(create(), host="127.0.0.1", port=options.port, log_level="warning", ws_per_message_deflate=False)
