"""What a client needs without us: our public keys, the verifier, and the tool for its developers, as files to run."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from kit.postman import collection
from tenants.endpoints import public

router = APIRouter(include_in_schema=False)

_TOOLS = Path(__file__).resolve().parent.parent / "tools"
VERIFIER = _TOOLS / "glassfloor_verify.py"
VERIFIER_PATH = "/verify/glassfloor_verify.py"
WORKORDERS = _TOOLS / "glassfloor_workorders.py"
WORKORDERS_PATH = "/developers/glassfloor_workorders.py"
POSTMAN_PATH = "/developers/postman.json"
KEYS_PATH = "/.well-known/glassfloor-keys.json"
_AN_HOUR = {"Cache-Control": "public, max-age=3600"}


def verifier() -> tuple[bytes, str]:
    """Return the verifier as it is served, and its SHA-256 in hex."""
    return _file(VERIFIER)


@lru_cache
def _file(path: Path) -> tuple[bytes, str]:
    octets = path.read_bytes()
    return octets, hashlib.sha256(octets).hexdigest()


def _handed(path: Path) -> Response:
    octets, digest = _file(path)
    headers = {"Content-Disposition": f'attachment; filename="{path.name}"', "X-Content-SHA256": digest}
    return Response(octets, media_type="text/x-python; charset=utf-8", headers=headers | _AN_HOUR)


@router.get(KEYS_PATH, dependencies=[Depends(public("a client checks signatures without us"))])
async def keys(request: Request) -> JSONResponse:
    """Publish the public half of the key that signs documents, as a JWK set (RFC 7517)."""
    return JSONResponse(request.app.state.signer.public_keys(), headers=_AN_HOUR)


@router.get(VERIFIER_PATH, dependencies=[Depends(public("a client reads and runs it"))])
async def verifier_file() -> Response:
    """Hand out the stand-alone verifier; its digest is told in the header and on the audit page."""
    return _handed(VERIFIER)


@router.get(POSTMAN_PATH, dependencies=[Depends(public("a client's developer imports it"))])
async def postman_collection(request: Request) -> JSONResponse:
    """Hand out the published document as a Postman collection with the address of this installation."""
    made = collection(request.app.openapi(), request.app.state.settings.public_url)
    named = {"Content-Disposition": 'attachment; filename="glassfloor.postman_collection.json"'}
    return JSONResponse(made, headers=named | _AN_HOUR)


@router.get(WORKORDERS_PATH, dependencies=[Depends(public("a client's developer reads and runs it"))])
async def workorders_file() -> Response:
    """Hand out the tool that forwards events and tries a receiver (docs/conformance.md)."""
    return _handed(WORKORDERS)
