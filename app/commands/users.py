"""Commands about people who sign in: for whoever runs the centre, and as the way in when nobody else can help."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from app import wiring
from app.commands import running
from app.commands.running import output
from journal.core.facts import SYSTEM
from kit import clock
from kit.errors import NotFound
from kit.settings import settings
from tenants.access import INSTALLATION, for_system
from tenants.core.permissions import STAFF
from tenants.identity.facts import SessionsEnded
from tenants.service import people_access
from tenants.service.door import Door
from tenants.service.entrance import Entrance, tell
from tenants.service.links import make_link
from tenants.service.new_password import set_by_command
from tenants.service.pending import forget_all
from tenants.service.sessions import end_others
from tenants.service.sign_in_policy import require_second_factor

users_app = typer.Typer(help="People who sign in, and the way back in for those who cannot.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="the address that the person signs in with")]
_T = TypeVar("_T")

_SHOW = """
SELECT u.email, u.staff_role, u.disabled_at, u.password_hash IS NOT NULL AS password, s.signed_in_at, s.locked_at,
  EXISTS (SELECT FROM control.authenticator a WHERE a.user_id = u.id AND a.confirmed_at IS NOT NULL) AS app,
  (SELECT count(*) FROM control.passkey k WHERE k.user_id = u.id) AS passkeys,
  (SELECT count(*) FROM control.session x WHERE x.user_id = u.id AND x.expires_at > $2) AS sessions,
  EXISTS (SELECT FROM control.sign_in_link l WHERE l.user_id = u.id AND l.expires_at > $2) AS invited
FROM control."user" u LEFT JOIN control.standing s ON s.user_id = u.id
WHERE ($1 = '' AND u.staff_role = ANY($3)) OR u.email = $1 ORDER BY u.email
"""


def _run(work: Callable[[Entrance], Awaitable[_T]]) -> _T:
    mail = bool(settings().smtp_url.get_secret_value())
    box = wiring.secret_box(settings())
    return running.run(lambda opened: work(Entrance(opened.control, opened.plane, box, Door(), mail=mail)))


@users_app.command("set-password")
def set_password(
    email: Email,
    generate: Annotated[bool, typer.Option("--generate", help="make one and print it, instead of asking")] = False,  # noqa: FBT002 - typer's options
) -> None:
    """Give a person a new password and end all its sessions. It is asked for twice and not shown."""
    password = (
        secrets.token_urlsafe(15) if generate else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    _run(lambda entrance: set_by_command(entrance, email, password, clock.now()))
    if generate:
        output.print(Text(password))
    else:
        output.print("[green]done[/green]; all sessions of this person have ended")


@users_app.command("invite")
def invite(email: Email) -> None:
    """Print a link with which a person sets its password. It works once, for a day; an older one has ended.

    A person with a second factor needs that as well. With mail set up (GF_SMTP_URL) the person also gets it by mail.
    """

    async def make(entrance: Entrance) -> str:
        token, _ = await make_link(entrance, await _person(entrance, email), clock.now(), actor=SYSTEM)
        return f"{settings().public_url}/set-password?link={token}"

    output.print(Text(_run(make)), soft_wrap=True)


@users_app.command("show")
def show(
    email: Annotated[str, typer.Argument(help="one person; without it: the outsourcer's own people")] = "",
) -> None:
    """Show how people stand with the door: second factor, last sign-in, lock, living sessions."""

    async def read(entrance: Entrance) -> Table:
        now, staff = clock.now(), sorted(map(str, STAFF))
        rows = await (await entrance.control.pool()).fetch(_SHOW, email.strip().lower(), now, staff)
        if not rows:
            raise NotFound("Nobody has this e-mail address")
        table = Table("e-mail", "role", "password", "second factor", "last sign-in", "sessions", "state")
        for r in rows:
            second = [*(["app"] if r["app"] else []), *([f"{r['passkeys']} passkeys"] if r["passkeys"] else [])]
            table.add_row(
                r["email"], r["staff_role"] or "client", "yes" if r["password"] else "no", ", ".join(second) or "no",
                _moment(r["signed_in_at"]), str(r["sessions"]), _state(r["disabled_at"], r["locked_at"], r["invited"]),
            )  # fmt: skip
        return table

    output.print(_run(read))


@users_app.command("unlock")
def unlock(email: Email) -> None:
    """Lift the lock after too many wrong second factors."""

    async def lift(entrance: Entrance) -> None:
        await people_access.unlock(entrance, await _person(entrance, email), clock.now(), SYSTEM)

    _run(lift)
    output.print("[green]done[/green]")


@users_app.command("remove-second-factor")
def remove_second_factor(email: Email) -> None:
    """Forget app, passkeys and recovery codes of somebody who lost them, and end all its sessions."""

    async def remove(entrance: Entrance) -> None:
        await people_access.drop_factors(entrance, await _person(entrance, email), clock.now(), SYSTEM)

    _run(remove)
    output.print("[green]done[/green]; its password alone lets this person in until it sets up a new one")


@users_app.command("end-sessions")
def end_sessions(email: Email) -> None:
    """Sign a person out everywhere."""

    async def end(entrance: Entrance) -> int:
        person = await _person(entrance, email)
        ended = await end_others(entrance.control, person, None)
        await forget_all(entrance.control, person)
        await tell(entrance, person, SessionsEnded(str(person), ended), clock.now(), actor=SYSTEM)
        return ended

    output.print(f"[green]done[/green]; {_run(end)} sessions have ended")


@users_app.command("require-second-factor")
def require(
    off: Annotated[bool, typer.Option("--off", help="ask for it no longer")] = False,  # noqa: FBT002 - typer's options
) -> None:
    """Ask the outsourcer's own people for a second factor: who has none sets one up before anything else.

    A client decides for its own people, under Settings.
    """

    async def decide(entrance: Entrance) -> None:
        installation = for_system(INSTALLATION, "users require-second-factor")
        await require_second_factor(entrance, installation, not off, clock.now(), actor=SYSTEM)

    _run(decide)
    output.print("[green]done[/green]")


async def _person(entrance: Entrance, email: str) -> UUID:
    found = 'SELECT id FROM control."user" WHERE email = $1'
    person: UUID | None = await (await entrance.control.pool()).fetchval(found, email.strip().lower())
    if person is None:
        raise NotFound("Nobody has this e-mail address")
    return person


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"


def _state(disabled_at: datetime | None, locked_at: datetime | None, invited: bool) -> str:  # noqa: FBT001 - a row's column
    return "disabled" if disabled_at else "locked" if locked_at else "has a link" if invited else "ready"
