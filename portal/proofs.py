"""What a client needs to check us without us: our public keys, and the verifier as one file to read and run."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from tenants.endpoints import public

router = APIRouter(include_in_schema=False)

VERIFIER = Path(__file__).resolve().parent.parent / "tools" / "glassfloor_verify.py"
VERIFIER_PATH = "/verify/glassfloor_verify.py"
KEYS_PATH = "/.well-known/glassfloor-keys.json"
_AN_HOUR = {"Cache-Control": "public, max-age=3600"}


@lru_cache(maxsize=1)
def verifier() -> tuple[bytes, str]:
    """Return the verifier as it is served, and its SHA-256 in hex."""
    octets = VERIFIER.read_bytes()
    return octets, hashlib.sha256(octets).hexdigest()


@router.get(KEYS_PATH, dependencies=[Depends(public("a client checks signatures without us"))])
async def keys(request: Request) -> JSONResponse:
    """Publish the public half of the key that signs documents, as a JWK set (RFC 7517)."""
    return JSONResponse(request.app.state.signer.public_keys(), headers=_AN_HOUR)


@router.get(VERIFIER_PATH, dependencies=[Depends(public("a client reads and runs it"))])
async def verifier_file() -> Response:
    """Hand out the stand-alone verifier; its digest is told in the header and on the audit page."""
    octets, digest = verifier()
    headers = {"Content-Disposition": 'attachment; filename="glassfloor_verify.py"', "X-Content-SHA256": digest}
    return Response(octets, media_type="text/x-python; charset=utf-8", headers=headers | _AN_HOUR)
