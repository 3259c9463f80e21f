"""Guards about the person who asks: that it is one, and that it was here just now.

Use::

    @router.post("/settings/exports")
    async def ask(access: Annotated[Access, Depends(fresh(permitted("export.ask")))]) -> ...
"""

from datetime import datetime

from starlette.requests import HTTPConnection

from kit import clock
from kit.errors import Forbidden
from tenants.access import Principal
from tenants.endpoints import (
    Access,
    CentreAccess,
    CentreGuard,
    Guard,
    SignedInGuard,
    StaffAccess,
    StaffGuard,
    TenantGuard,
    as_answer,
)
from tenants.identity.errors import ConfirmAgain, ManagedByCompany
from tenants.service.sessions import FRESH


class PersonGuard(SignedInGuard):
    """Lets in people only: a client's system has no password, no second factor and no sessions.

    With ``by_idp`` off, it lets in nobody for whom a client's own provider vouches: who rules that provider would else
    give the person another password, and with it come in where the person works for another client.
    """

    def __init__(self, reason: str, *, by_idp: bool) -> None:
        """Take the reason and whom to let in."""
        super().__init__(None, reason)
        self._by_idp = by_idp

    async def __call__(self, connection: HTTPConnection) -> Principal:
        """Raise 401, or 403 for a key and for whom it is not."""
        principal = await super().__call__(connection)
        if principal.kind != "user":
            raise as_answer(connection, Forbidden())
        if principal.identity_id is not None and not self._by_idp:
            raise as_answer(connection, ManagedByCompany())
        return principal


class FreshGuard(Guard):
    """Another guard, and besides: the person signed in or confirmed in the last ten minutes (isolation.md 11)."""

    def __init__(self, guard: TenantGuard | StaffGuard | CentreGuard | SignedInGuard) -> None:
        """Take the guard that goes first."""
        super().__init__(guard.permission, guard.reason)
        self.inner = guard

    async def __call__(self, connection: HTTPConnection) -> Access | StaffAccess | CentreAccess | Principal:
        """Return what the first guard returns. Raises what it raises, and :class:`ConfirmAgain`."""
        access = await self.inner(connection)
        if not is_fresh(access if isinstance(access, Principal) else access.principal, clock.now()):
            raise as_answer(connection, ConfirmAgain())
        return access


def is_fresh(who: Principal, now: datetime) -> bool:
    """Say whether the person proved to be there lately; a key never does, and nobody does in the future."""
    return who.confirmed_at is not None and abs(now - who.confirmed_at) < FRESH


def fresh(guard: TenantGuard | StaffGuard | CentreGuard | SignedInGuard) -> FreshGuard:
    """Guard what cannot be taken back: ``Depends(fresh(permitted("export.ask")))``; the value is the inner guard's.

    A page is led to ``/account/confirm`` and back (app.problems); a key is never fresh.
    """
    return FreshGuard(guard)


def oneself(reason: str, *, by_idp: bool = True) -> PersonGuard:
    """Guard a page about one's own sign-in; the dependency's value is a :class:`Principal` with a session.

    ``by_idp``: also somebody for whom a client's own provider vouches.
    """
    return PersonGuard(reason, by_idp=by_idp)
