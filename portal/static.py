"""Our own origin's files: addresses that change with the content, long caching, the content security policy."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).resolve().parent.parent / "static"
MOUNT = "/static"
A_YEAR_S = 365 * 24 * 3600


@lru_cache(maxsize=256)
def _digest(path: str, changed_at_ns: int) -> str:
    """Short digest of a file; the time of change is in the key so that an edited file gets a new address."""
    del changed_at_ns
    return hashlib.sha256((FOLDER / path).read_bytes()).hexdigest()[:10]


def url(path: str) -> str:
    """Return the address of a file under `static/` with the digest of its content; FileNotFoundError if none."""
    return f"{MOUNT}/{path}?v={_digest(path, (FOLDER / path).stat().st_mtime_ns)}"


class Files(StaticFiles):
    """Static files: those asked with a digest or under a versioned folder never change, the rest revalidate."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve `path` with its cache header."""
        response = await super().get_response(path, scope)
        fixed = b"v=" in scope.get("query_string", b"") or path.startswith("vendor/")
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable" if fixed else "no-cache"
        return response


def files() -> Files:
    """Return the ASGI application to mount at `MOUNT`."""
    return Files(directory=FOLDER)


def content_security_policy(connect: Sequence[str] = ()) -> str:
    """Return the policy of every page: our origin only, nothing inline; `connect` adds the phone's socket address."""
    rules = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "media-src": "'self' blob:",
        "connect-src": " ".join(["'self'", *connect]),
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def security_headers(connect: Sequence[str] = ()) -> dict[str, str]:
    """Headers of every HTML answer."""
    return {
        "Content-Security-Policy": content_security_policy(connect),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
        "Cache-Control": "no-store",
    }
