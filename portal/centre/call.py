"""The wizard's last step: a call through the new client's number, walked without a telephone, step by step.

What is in force is asked, not what the wizard wrote: the number's flow, the hours of this moment, each prompt spoken by
the machine that speaks on the phone, the agents of the queue as they are now. The program is the one of real calls;
only the phone network is left out, which the page says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.datastructures import State
from starlette.responses import RedirectResponse, Response

from ivr.errors import SpeechFailed
from kit.errors import Problem
from portal.centre.wizard import HOME
from portal.pages import html, page_of, visitor_of
from portal.settings import rehearsals
from portal.settings.rehearsals import Asked, Played
from switchboard.inbox import STATUS, inbox_name
from tenants.access import for_system
from tenants.endpoints import CentreAccess, permitted_centre
from tenants.onboarding import service as onboardings
from tenants.service import reading
from tenants.service.blueprints import in_force

router = APIRouter(include_in_schema=False)

MayCreate = Annotated[CentreAccess, Depends(permitted_centre("tenant.create"))]
ANSWERS_WITHIN = timedelta(seconds=1)
_AGENTS = """SELECT p.seat, p.alias, p.skills::text AS skills, s.state FROM gf.agent_profile p
LEFT JOIN gf.agent_state s ON s.tenant_id = p.tenant_id AND s.agent_id = p.agent_id
WHERE p.tenant_id = $1 AND p.retired_at IS NULL ORDER BY p.seat"""


@dataclass(frozen=True, slots=True)
class Said:
    """What the contact hears: its words, and whether they are there as a sound (None: nobody can speak them here)."""

    words: str
    language: str
    spoken: bool | None


@router.get(HOME + "/{onboarding_id}/call")
async def call(request: Request, onboarding_id: UUID, access: MayCreate) -> Response:
    """Walk a call; number, moment, keys and whether somebody is there come from the address."""
    state, page = request.app.state, page_of(request, visitor_of(access.principal))
    row = await onboardings.read(state.control, onboarding_id)
    if row.tenant_id is None:
        return RedirectResponse(f"{HOME}/{row.id}/review", 303)
    await onboardings.look_in(state.control, row.tenant_id, access.principal)
    inside = for_system(row.tenant_id, "onboarding's test call")
    async with state.plane.session(inside) as session:
        content: Any = (await in_force(session)).content
    async with state.plane.transaction(inside) as scope:
        agents = [dict(each) for each in await scope.fetch(_AGENTS, row.tenant_id)]
        await reading.looked_in(scope, access.principal, "test_call")
    query, numbers = request.query_params, content["numbers"]
    asked = rehearsals.asked_of(query, content, page.now)
    number = next((n for n in numbers if n["number"] == query.get("number", "")), numbers[0] if numbers else None)
    played = _played(content, number, asked) if asked and number else None
    return html(
        request, "centre/call.html", page, row=row, content=content, number=number, asked=asked or
        rehearsals.first(content, page.now), played=played, tried=asked is not None,
        heard=await _heard(state, content, played, str(row.tenant_id)) if played else [],
        floor=await _takes_calls(state) if played else None, queue=queue_of(content, number, played, agents),
    )  # fmt: skip


def _played(content: Mapping[str, Any], number: Mapping[str, str], asked: Asked) -> Played | None:
    flow = next((flow for flow in content["flows"] if flow["id"] == number["flow"]), None)
    return rehearsals.play(orjson.dumps(flow).decode(), content, asked) if flow else None


async def _takes_calls(state: State) -> bool:
    """Ask the phone floor's own process whether it is connected and takes calls."""
    try:
        told = await state.bus.ask(inbox_name(state.settings.floor), {"command": STATUS}, ANSWERS_WITHIN)
    except Problem:
        return False
    return bool(told.get("ok"))


async def _heard(state: State, content: Mapping[str, Any], played: Played, whose: str) -> list[Said]:
    prompts = {prompt["code"]: prompt for prompt in content["prompts"]}
    language = content["tenant"]["languages"][0]
    found = []
    for each in played.heard:
        prompt = prompts.get(each.removeprefix("asset:")) if each.startswith("asset:") else None
        words = prompt["text"].get(language, "") if prompt else each
        recorded = bool(prompt and prompt["audio"].get(language))
        found.append(Said(words, language, True if recorded else await _spoken(state, words, language, whose)))
    return found


async def _spoken(state: State, words: str, language: str, whose: str) -> bool | None:
    """Speak a text as the phones would; None when there is no machine beside these pages."""
    if state.speaker is None:
        return None
    try:
        await asyncio.to_thread(state.speaker.file_of, words, language, whose)
    except SpeechFailed:
        return False
    return True


def queue_of(
    content: Mapping[str, Any], number: Mapping[str, str] | None, played: Played | None, agents: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """Return the last queue that the call came to, with its agents who have the skills, or None."""
    flow = next((f for f in content["flows"] if number and f["id"] == number["flow"]), None)
    if played is None or flow is None:
        return None
    codes = [flow["nodes"][name]["queue"] for name, kind, _ in played.steps if kind == "queue"]
    queue = next((q for q in content["queues"] if codes and f"q:{q['code']}" == codes[-1]), None)
    if queue is None:
        return None
    fit = [a for a in agents if _has(orjson.loads(a["skills"]), queue["needs"])]
    return {"name": queue["name"], "agents": fit, "free": sum(a["state"] == "available" for a in fit)}


def _has(skills: Mapping[str, int], needs: Mapping[str, int]) -> bool:
    return all(skills.get(code, 0) >= level for code, level in needs.items())
