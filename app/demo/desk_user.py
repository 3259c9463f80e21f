"""An agent's browser, without the browser."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import structlog

log = structlog.get_logger()

_CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')
_FIRST_ERROR = 400


class DeskUser:
    """Signs in and presses the desk's buttons over HTTP."""

    def __init__(self, base: str, email: str, password: str) -> None:
        """Take where the portal is and who signs in; to be made in a running loop."""
        self._http = aiohttp.ClientSession(base, headers={"Origin": base, "Sec-Fetch-Site": "same-origin"},
                                           cookie_jar=aiohttp.CookieJar(unsafe=True))  # fmt: skip
        self._email, self._password, self._csrf = email, password, ""

    async def sign_in(self) -> None:
        """Sign in and keep the session's CSRF token."""
        form = {"email": self._email, "password": self._password}
        async with self._http.post("/sign-in", data=form) as answer:
            answer.raise_for_status()
        async with self._http.get("/desk") as page:
            page.raise_for_status()
            found = _CSRF.search(await page.text())
        if found is None:
            raise RuntimeError("the desk's page carries no CSRF token")
        self._csrf = found.group(1)

    async def press(self, button: str, **form: object) -> bool:
        """Press one of the desk's buttons; say whether it was accepted."""
        async with self._http.post(f"/desk/{button}", json=form, headers={"X-CSRF-Token": self._csrf}) as answer:
            if answer.status >= _FIRST_ERROR:
                log.info("desk_refused", button=button, status=answer.status, body=(await answer.text())[:200])
            return answer.status < _FIRST_ERROR

    async def ask(self, what: str) -> dict[str, Any]:
        """Return what the desk reads for the agent: ``document``, ``directory?interaction=...``."""
        async with self._http.get(f"/desk/{what}") as answer:
            answer.raise_for_status()
            told: dict[str, Any] = await answer.json()
        return told

    async def interaction(self) -> dict[str, Any]:
        """Return the interaction on the desk, as its document has it; nothing in it when there is none."""
        return (await self.ask("document")).get("interaction") or {}

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()
