"""The agent's own keys of the desk: shown on the buttons and in the list, changed in the list."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from kit.errors import ValidationFailed
from portal.desk import AtDesk
from tenants.core.desk_keys import KeysClash, KeyUnknown
from tenants.service.desk_keys import keep_keys

router = APIRouter(include_in_schema=False)

_Short = Annotated[str, Field(max_length=20)]


class KeysForm(BaseModel):
    """A key for each act that shall not have the desk's own; none at all: the desk's own keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    keys: Annotated[dict[_Short, _Short], Field(max_length=40)]


class DeskKeyUnknown(ValidationFailed):
    """The act is none of the desk's, or the key cannot be one of it."""

    code = "desk_key_unknown"
    title = "This cannot be a key of the desk"


class DeskKeysClash(ValidationFailed):
    """Two acts would have the same key."""

    code = "desk_keys_clash"
    title = "Another act has this key already"


@router.post("/desk/keys")
async def keep(request: Request, form: KeysForm, staff: AtDesk) -> JSONResponse:
    """Keep the agent's own keys; answer with the key of every act."""
    try:
        kept = await keep_keys(request.app.state.control, UUID(staff.principal.id), form.keys)
    except KeyUnknown as error:
        raise DeskKeyUnknown(f"act {error.act}") from error
    except KeysClash as error:
        raise DeskKeysClash(f"{error.act} and {error.other}") from error
    return JSONResponse({"keys": kept})
