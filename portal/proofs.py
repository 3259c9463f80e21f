"""What a client needs without us: our public keys, the verifier, and tools and clients for its developers, as files."""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from kit.postman import collection
from tenants.endpoints import public

router = APIRouter(include_in_schema=False)

_ROOT = Path(__file__).resolve().parent.parent
_TOOLS, _CLIENTS = _ROOT / "tools", _ROOT / "clients"
VERIFIER = _TOOLS / "glassfloor_verify.py"
VERIFIER_PATH = "/verify/glassfloor_verify.py"
WORKORDERS = _TOOLS / "glassfloor_workorders.py"
WORKORDERS_PATH = "/developers/glassfloor_workorders.py"
RECEIVER = _TOOLS / "glassfloor_receiver.py"
RECEIVER_PATH = "/developers/glassfloor_receiver.py"
PYTHON_PATH = "/developers/glassfloor_client.zip"
TYPESCRIPT_PATH = "/developers/glassfloor_typescript.zip"
POSTMAN_PATH = "/developers/postman.json"
KEYS_PATH = "/.well-known/glassfloor-keys.json"
_READABLE = 0o100644
"""What a file may be for who unpacks it: read by all, written by its owner."""
_AN_HOUR = {"Cache-Control": "public, max-age=3600"}


def digest_of(path: Path) -> str:
    """Return the SHA-256, in hex, of a file as it is served."""
    return _file(path)[1]


def verifier() -> tuple[bytes, str]:
    """Return the verifier as it is served, and its SHA-256 in hex."""
    return _file(VERIFIER)


@lru_cache
def _file(path: Path) -> tuple[bytes, str]:
    octets = path.read_bytes()
    return octets, hashlib.sha256(octets).hexdigest()


@lru_cache
def _packed(folder: Path) -> bytes:
    """Return what is in a folder as a ZIP, the same whenever it is made."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                place = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                place.external_attr = _READABLE << 16
                package.writestr(place, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _handed(path: Path) -> Response:
    octets, digest = _file(path)
    return _download(octets, path.name, "text/x-python; charset=utf-8", {"X-Content-SHA256": digest})


def _download(octets: bytes, name: str, kind: str, headers: dict[str, str]) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(octets, media_type=kind, headers=named | headers | _AN_HOUR)


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


@router.get(RECEIVER_PATH, dependencies=[Depends(public("a client's developer reads and runs it"))])
async def receiver_file() -> Response:
    """Hand out a receiver of webhooks to begin with."""
    return _handed(RECEIVER)


@router.get(PYTHON_PATH, dependencies=[Depends(public("a client's developer builds with it"))])
async def python_client() -> Response:
    """Hand out the Python client: a package to put beside a program."""
    octets = await asyncio.to_thread(_packed, _CLIENTS / "python")
    return _download(octets, PYTHON_PATH.rpartition("/")[2], "application/zip", {})


@router.get(TYPESCRIPT_PATH, dependencies=[Depends(public("a client's developer builds with it"))])
async def typescript_client() -> Response:
    """Hand out the TypeScript client: sources to put beside a program."""
    octets = await asyncio.to_thread(_packed, _CLIENTS / "typescript")
    return _download(octets, TYPESCRIPT_PATH.rpartition("/")[2], "application/zip", {})
