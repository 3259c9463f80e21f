"""The result of trying a connection: the claims that came, the role that they would give, and nothing changed."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from kit import clock
from kit.errors import NotFound, NotSignedIn
from portal.pages import Visitor, html, page_of
from tenants.access import enter
from tenants.callers import session_token
from tenants.core.idp import domain_of, groups_of, verified_email
from tenants.core.permissions import decide
from tenants.endpoints import Access
from tenants.idp.connections import get_idp
from tenants.idp.sign_in import Came
from tenants.service import sessions

_LONGEST = 500


async def result(request: Request, idp_id: UUID, came: Came) -> Response:
    """Show what came back to the person who tries it. Raises ``NotSignedIn`` or ``NotFound`` for anybody else."""
    principal = await sessions.read_session(request.app.state.control, session_token(request) or "", clock.now())
    if principal.id != str(came.user_id):
        raise NotSignedIn
    if principal.chosen is None:
        raise NotFound
    tenant_id = enter(principal, principal.chosen)
    role = principal.memberships[tenant_id].role
    grant = decide(role, "identity.manage")
    if grant is None:
        raise NotFound
    idp = await get_idp(request.app.state.control, tenant_id, idp_id)
    email = verified_email(came.claims)
    page = page_of(request, Visitor(principal, Access(principal, tenant_id, role, grant)))
    claims = sorted((name, str(value)[:_LONGEST]) for name, value in came.claims.items())
    return html(
        request, "identity_test.html", page, idp=idp, claims=claims, role=came.role, email=email,
        groups=groups_of(came.claims, idp.groups_claim),
        links=email is not None and domain_of(email) in idp.domains,
    )  # fmt: skip
