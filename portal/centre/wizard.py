"""Taking a client on, for people who write no YAML: a step a page, each saved, then the review and the go-live list.

An unfinished onboarding is everybody's of the back office: it survives a restart, and a colleague can take it up. What
comes out is a blueprint and nothing else, applied as from a file.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from journal.core.facts import Actor, Payload
from kit import clock
from kit.errors import NotFound
from portal import i18n
from portal.centre import shapes, starts, steps
from portal.centre.judging import Judgement, free_seats, judge
from portal.centre.steps import STEPS, Work
from portal.pages import html, page_of, visitor_of
from portal.settings.fields import Fields
from portal.settings.policies import choices_of
from portal.settings.words import LANGUAGES
from tenants.endpoints import CentreAccess, permitted_centre
from tenants.errors import OnboardingChanged, Refused
from tenants.onboarding import service as onboardings
from tenants.onboarding.facts import OnboardingBegun, OnboardingDiscarded, OnboardingSaved
from tenants.onboarding.models import Onboarding

router = APIRouter(include_in_schema=False)

MayCreate = Annotated[CentreAccess, Depends(permitted_centre("tenant.create"))]
HOME = "/centre/clients/new"
ZONES = (
    "Asia/Hong_Kong", "Asia/Shanghai", "Asia/Taipei", "Asia/Macau", "Asia/Singapore", "Asia/Tokyo", "Europe/London",
    "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Australia/Sydney", "UTC",
)  # fmt: skip
"""Offered; any name of the time zone database is taken."""


@router.get(HOME)
async def start(request: Request, access: MayCreate) -> Response:
    """Show the ways to begin, and what colleagues have not finished."""
    return await _start(request, access)


@router.post(HOME)
async def begin(request: Request, access: MayCreate) -> Response:
    """Begin: empty, from one of the examples, or from a file."""
    form = await request.form()
    fields = Fields.of(form.multi_items())
    try:
        content = starts.content_of(fields.text("from"), await starts.text_of(form))
    except Refused as problem:
        return await _start(request, access, wrong=problem.lines[:20], status=422)
    saved = onboardings.Saved(content, {}, ())
    made = await onboardings.begin(request.app.state.control, saved, access.principal.name, clock.now())
    await tell(request, access, made, OnboardingBegun(fields.text("from"), onboardings.code_of(content)))
    return RedirectResponse(f"{HOME}/{made}/company", 303)


async def _start(request: Request, access: CentreAccess, *, wrong: tuple[str, ...] = (), status: int = 200) -> Response:
    rows = await onboardings.unfinished(request.app.state.control)
    return html(
        request, "centre/start.html", page_of(request, visitor_of(access.principal)), status=status, wrong=wrong,
        examples=starts.examples(), rows=[_line(row) for row in rows],
    )  # fmt: skip


def _line(row: Onboarding) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "done": len(row.done),
        "steps": len(STEPS),
        "saved_by": row.saved_by,
        "saved_at": row.saved_at,
    }


@router.get(HOME + "/{onboarding_id}/{step}")
async def show(request: Request, onboarding_id: UUID, step: str, access: MayCreate) -> Response:
    """Show one step with what is known so far."""
    row = await _open(request, onboarding_id, step)
    if row.tenant_id is not None:
        return RedirectResponse(f"{HOME}/{row.id}/live", 303)
    return await _page(request, access, row, step, Work(row.content, row.answers))


@router.post(HOME + "/{onboarding_id}/{step}")
async def save(request: Request, onboarding_id: UUID, step: str, access: MayCreate) -> Response:
    """Save a step, whatever is wrong with it; go on only when nothing is."""
    row = await _open(request, onboarding_id, step)
    control = request.app.state.control
    fields = Fields.of((await request.form()).multi_items())
    centre = await onboardings.every_seat(control, row.content)
    work = steps.read(step, fields, Work(row.content, row.answers), centre.agents)
    page = page_of(request, visitor_of(access.principal))
    judgement = await _judged(request, row, step, work, i18n.translations(page.locale).gettext)
    done = tuple(s for s in STEPS if (s in row.done and s != step) or (s == step and judgement.is_good))
    saved = onboardings.Saved(work.content, work.answers, done)
    seen = fields.whole("version")
    try:
        version = await onboardings.save(
            control, row.id, seen if isinstance(seen, int) else 0, saved, access.principal.name, clock.now()
        )
    except OnboardingChanged:
        return await _page(request, access, row, step, work, judgement=judgement, changed=True, status=409)
    await tell(request, access, row.id, OnboardingSaved(step, version, list(done)))
    row.version, row.done = version, list(done)
    go = fields.text("go")
    if go == "next" and not judgement.is_good:
        return await _page(request, access, row, step, work, judgement=judgement, status=422)
    return RedirectResponse(f"{HOME}/{row.id}/{_after(step, go)}", 303)


@router.post(HOME + "/{onboarding_id}/{step}/discard")
async def discard(request: Request, onboarding_id: UUID, step: str, access: MayCreate) -> Response:
    """Throw an unfinished onboarding away."""
    row = await _open(request, onboarding_id, step)
    if await onboardings.discard(request.app.state.control, onboarding_id):
        await tell(request, access, onboarding_id, OnboardingDiscarded(onboardings.code_of(row.content)))
    return RedirectResponse(HOME, 303)


async def tell(request: Request, access: CentreAccess, onboarding_id: UUID, fact: Payload) -> None:
    """Write down what somebody of the back office just did to an onboarding."""
    by = Actor("user", access.principal.id)
    await onboardings.tell(request.app.state.plane, onboarding_id, fact, by, clock.now())


def _after(step: str, go: str) -> str:
    """Return where a button leads: on, back, or to a step of the list."""
    if go in STEPS or go == "review":
        return go
    at = STEPS.index(step) + (-1 if go == "back" else 1)
    return STEPS[max(at, 0)] if at < len(STEPS) else "review"


async def _open(request: Request, onboarding_id: UUID, step: str) -> Onboarding:
    if step not in STEPS:
        raise NotFound
    return await onboardings.read(request.app.state.control, onboarding_id)


async def _judged(request: Request, row: Onboarding, step: str, work: Work, _: Any) -> Judgement:  # noqa: ANN401 - gettext
    control = request.app.state.control
    judgement = judge(step, work, await onboardings.names(control, work.content), _)
    if step == "company" and not await onboardings.is_free(control, str(work.content["tenant"]["code"]), row):
        taken = {"tenant/code": _("Another client has this code.")}
        return Judgement({**judgement.fields, **taken}, judgement.elsewhere)
    return judgement


async def _page(  # noqa: PLR0913 - what a form shows again
    request: Request, access: CentreAccess, row: Onboarding, step: str, work: Work, *,
    judgement: Judgement | None = None, changed: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    told = judgement or Judgement()
    centre = await onboardings.every_seat(request.app.state.control, work.content)
    if changed:
        row = await onboardings.read(request.app.state.control, row.id)
    return html(
        request, "centre/step.html", page_of(request, visitor_of(access.principal)), status=status, step=step,
        steps=STEPS, row=row, content=work.content, answers=work.answers, errors=told.fields, wrong=told.elsewhere,
        changed=changed, **_choices(step, work, free_seats(work.content, centre) if step == "seats" else []),
    )  # fmt: skip


def _choices(step: str, work: Work, seats: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a step offers beyond the blueprint itself."""
    content, answers = work.content, work.answers
    languages = list(content["tenant"]["languages"])
    shape = str(answers.get("shape") or ("keep" if content["flows"] else ""))
    texts = {}
    if step == "ivr":
        texts = {
            code: {language: shapes.text_of(answers, content, code, language) for language in languages}
            for code in shapes.prompts_of("hours")
        }
    return {
        "seats": seats,
        "queue_choices": [(queue["code"], queue["name"]) for queue in content["queues"]],
        "calendar_choices": [(calendar["code"], calendar["code"]) for calendar in content["calendars"]],
        "zones": ZONES,
        "known_languages": [*LANGUAGES, *(code for code in languages if code not in LANGUAGES)],
        "shape": shape,
        "shapes": [*(["keep"] if content["flows"] and not answers.get("shape") else []), *shapes.SHAPES],
        "options": dict(shapes.options_of(answers, content)),
        "keys": shapes.KEYS,
        "texts": texts,
        "plays": {name: shapes.prompts_of(name) for name in shapes.SHAPES},
        **choices_of(content, content, narrows=False),
    }
