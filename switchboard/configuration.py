"""From the floor's configuration, as the tenants' room reads it, to the plan that the floor works from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import structlog

from ivr.core.compile import Program, compile_flow
from ivr.core.parse import parse
from ivr.core.values import Opening, PromptRef
from ivr.errors import LocaleUnspoken, SpeechFailed
from ivr.service import SoundFiles
from kit.secretbox import SecretBox
from routing.core.needs import Id, Levels
from switchboard import trunk_plan
from switchboard.core.aliases import Alias, Aliases
from switchboard.core.plan import (
    ENGINES_MUSIC,
    AgentPlan,
    Beyond,
    EnginePlan,
    Plan,
    QueuePlan,
    Route,
    TenantPlan,
    Text,
    desk_phone,
    digits_of,
)
from telephony.port import Endpoint, Sound, SoundKind
from tenants.core.calendar import Calendar, Interval, NeverOpens
from tenants.core.configuration import (
    AgentConfiguration,
    DeskConfiguration,
    FloorConfiguration,
    QueueConfiguration,
    TenantConfiguration,
)

UNKNOWN_NUMBER = Text("The number that you have dialled is not in use.", "en")
_MANY_TEXTS = 5000

log = structlog.get_logger(__name__)

OldFlows = Mapping[UUID, Mapping[tuple[str, int], Program]]
"""Versions of flows that running interactions stay on, by tenant."""


def floor_subject(floor_id: str) -> UUID:
    """Return the id under which facts about a floor are journalled: its name is text."""
    return uuid5(NAMESPACE_URL, f"glassfloor:floor:{floor_id}")


def plan_of(
    configuration: FloorConfiguration, old: OldFlows, spoken: Mapping[Text, Sound], box: SecretBox | None = None,
    recorded: Path | None = None,
) -> Plan:  # fmt: skip
    """Make the plan. ``old``: flows that are still walked; ``spoken``: texts that lie ready as sounds.

    ``box`` opens the secrets of trunks; without it they have none. ``recorded``: the folder of the tenants' own
    recordings; without it nobody has music of its own.
    """
    return Plan(
        floor=floor_subject(configuration.floor_id),
        tenants={t.id: _tenant(t, configuration.agents, old.get(t.id, {}), recorded) for t in configuration.tenants},
        routes={
            digits_of(number.number): Route(number.number, tenant.id, number.flow, number.flow_version)
            for tenant in configuration.tenants
            for number in tenant.numbers
        },
        agents={agent.agent_id: _agent(agent) for agent in configuration.agents},
        endpoints=(
            *(phone for desk in configuration.desks for phone in _phones(desk)),
            *(Endpoint(each.phone, each.secret, browser=True) for each in configuration.listeners),
        ),
        phones={desk.id: (desk.browser, desk_phone(desk.id)) for desk in configuration.desks},
        trunks=trunk_plan.engine_trunks(configuration, box),
        trunk_owners=trunk_plan.owners(configuration),
        trunk_plans=trunk_plan.trunk_plans(configuration),
        caller_ids=trunk_plan.caller_ids(configuration),
        listeners={
            (each.user_id, each.tenant_id): (each.phone, *([desk_phone(each.desk)] if each.desk else []))
            for each in configuration.listeners
        },
        closed=frozenset(digits_of(number) for numbers in configuration.missing.values() for number in numbers),
        spoken=spoken,
        aliases=aliases_of(configuration),
        engines={e.name: EnginePlan(e.calls_per_minute, e.drained, e.gone, e.by, e.why) for e in configuration.engines},
        unknown_number=UNKNOWN_NUMBER,
    )


def _agent(agent: AgentConfiguration) -> AgentPlan:
    skills: dict[Id, Levels] = {place.tenant_id: _levels(place.skills) for place in agent.places}
    return AgentPlan(agent.agent_id, agent.seat, skills, agent.desk, agent.phone, agent.needs_desk)


def _phones(desk: DeskConfiguration) -> tuple[Endpoint, Endpoint]:
    return Endpoint(desk.browser, desk.browser_secret, browser=True), Endpoint(desk_phone(desk.id), desk.secret)


def aliases_of(configuration: FloorConfiguration) -> Aliases:
    """Return what the floor's tenants call the agents."""
    by_tenant: defaultdict[UUID, dict[UUID, Alias]] = defaultdict(dict)
    for each in configuration.aliases:
        by_tenant[each.tenant_id][each.agent_id] = Alias(each.id, each.seat)
    return Aliases(dict(by_tenant))


def _tenant(
    tenant: TenantConfiguration, agents: Iterable[AgentConfiguration], old: Mapping[tuple[str, int], Program],
    recorded: Path | None,
) -> TenantPlan:  # fmt: skip
    flows = {(n.flow, n.flow_version): n.content for n in tenant.numbers}
    diverted = tenant.admission.flow
    for other in (*([] if diverted is None else [diverted]), *tenant.acts_flows):
        flows[other.code, other.version] = other.content
    music = {} if recorded is None else _music(tenant, recorded)
    heard = {code: music[piece] for code, piece in tenant.waiting_music.items() if piece in music}
    plan = TenantPlan(
        id=tenant.id,
        code=tenant.code,
        name=tenant.name,
        flows={**old, **{key: old.get(key) or program_of(content) for key, content in flows.items()}},
        queues={q.code: _queue(q, tenant.id, heard.get(q.code, "")) for q in tenant.queues},
        opening=_opening(tenant.calendars),
        prompts={(code, locale): text for code, by in tenant.prompts.items() for locale, text in by.items()},
        sounds={(code, locale): digest for code, by in tenant.sounds.items() for locale, digest in by.items()},
        shared_seats=sum(p.tenant_id == tenant.id and p.kind == "shared" for a in agents for p in a.places),
        recording=tenant.recording,
        supervision=tenant.supervision,
        people={person.code: person for person in tenant.people},
        callbacks=tenant.callbacks,
        calling=_calling(tenant),
        short_abandon=timedelta(seconds=tenant.service_level.short_abandon_s),
        music=music,
        hold_music=heard.get("", ENGINES_MUSIC),
        languages=tenant.languages,
        acts=tenant.acts,
    )
    return replace(plan, beyond=_beyond(tenant, plan))


def _music(tenant: TenantConfiguration, recorded: Path) -> dict[str, str]:
    """Return the client's pieces of music as an engine is told of them; one that does not lie ready is left out."""
    found: dict[str, str] = {}
    for code, name in tenant.music.items():
        path = recorded / str(tenant.id) / name.removeprefix("sha256:")
        if path.with_suffix(".wav").is_file():
            found[code] = str(path.absolute())
        else:
            log.error("music_is_missing", tenant=str(tenant.id), music=code)
    return found


def _beyond(tenant: TenantConfiguration, plan: TenantPlan) -> Beyond:
    """Return what calls beyond the agreed number get; a prompt is said in the client's first language that it has."""
    agreed = tenant.admission
    said = [PromptRef(locale, agreed.prompt) for locale in tenant.languages] if agreed.prompt is not None else []
    texts = plan.texts(tuple(said))
    flow = None if agreed.flow is None else (agreed.flow.code, agreed.flow.version)
    return Beyond(agreed.calls_per_minute, texts[0] if texts else None, flow)


def program_of(content: Mapping[str, Any]) -> Program:
    """Compile a published flow."""
    return compile_flow(parse(content))


def _queue(queue: QueueConfiguration, tenant: UUID, music: str) -> QueuePlan:
    return QueuePlan(
        id=queue.id,
        tenant=tenant,
        code=queue.code,
        name=queue.name,
        needs=_levels(queue.needs),
        ring=timedelta(seconds=queue.ring_s),
        max_wait=timedelta(seconds=queue.max_wait_s),
        wrap_up=timedelta(seconds=queue.wrap_up_s),
        music=music,
        wrap_up_ends=queue.wrap_up_ends,
        outcome_required=queue.outcome_required,
        guests_wrap_up=queue.guests_wrap_up,
        dispositions=frozenset(code for code, _ in queue.dispositions),
    )


def _levels(skills: Mapping[str, int]) -> dict[Id, int]:
    return dict(skills.items())


def _opening(calendars: Mapping[str, Calendar]) -> Callable[[str, datetime], Opening]:
    def opening(code: str, at: datetime) -> Opening:
        calendar = calendars.get(code)
        return Opening.CLOSED if calendar is None else Opening(calendar.opening(at).value)

    return opening


_CALLS_FROM, _CALLS_UNTIL = 9 * 60, 20 * 60
"""Minutes of the day between which contacts are called, when the client says nothing else."""


def _calling(tenant: TenantConfiguration) -> Callable[[datetime], datetime | None]:
    """Return what says when contacts may be called, from a moment on."""
    usual = Calendar(ZoneInfo(tenant.zone), {day: (Interval(_CALLS_FROM, _CALLS_UNTIL),) for day in range(7)})
    calendar = tenant.calendars.get(tenant.callbacks.hours or "", usual)

    def calling(at: datetime) -> datetime | None:
        try:
            return calendar.next_open(at)
        except NeverOpens:
            return None

    return calling


class Voice:
    """Texts as sounds. What was spoken once lies ready; :attr:`ready` is for the loop's eyes."""

    def __init__(self, speaker: SoundFiles, recorded: Path) -> None:
        """``speaker`` keeps a file for each text, and may take a second for a new one.

        ``recorded``: the folder of the tenants' own recordings (``tenants.service.sounds``).
        """
        self._speaker, self._recorded = speaker, recorded
        self.ready: dict[Text, Sound] = {}

    def prepare(self, plan: Plan) -> None:
        """Speak every text of a plan that is known beforehand (blocks); one that cannot be spoken is left out."""
        for text in _fixed_texts(plan):
            self.speak((text,))

    def speak(self, texts: tuple[Text, ...]) -> tuple[Sound, ...]:
        """Return the sounds of texts (blocks); nothing when one of them cannot be spoken."""
        try:
            return tuple(self._sound(text) for text in texts)
        except (SpeechFailed, LocaleUnspoken) as error:
            log.warning("not_spoken", reason=str(error))
            return ()

    def _sound(self, text: Text) -> Sound:
        known = self.ready.get(text)
        if known is not None:
            return known
        recorded = self._recorded / text.whose / f"{text.recorded}.wav"
        if text.recorded and not recorded.is_file():
            log.error("recording_of_a_prompt_is_missing", tenant=text.whose, recording=text.recorded)
            return self._sound(replace(text, recorded=""))  # spoken, so that the call goes on
        path = recorded if text.recorded else self._speaker.file_of(text.text, text.locale, text.whose)
        sound = Sound(SoundKind.FILE, str(path.absolute().with_suffix("")))
        if len(self.ready) >= _MANY_TEXTS:
            self.ready.clear()
        self.ready[text] = sound
        return sound


def _fixed_texts(plan: Plan) -> Iterator[Text]:
    if plan.unknown_number is not None:
        yield plan.unknown_number
    for tenant in plan.tenants.values():
        if tenant.beyond.said is not None:
            yield tenant.beyond.said
        if tenant.recording.announce:
            announced = [PromptRef(locale, asset=code) for code, locale in tenant.prompts
                         if code == tenant.recording.announce]  # fmt: skip
            yield from tenant.texts(tuple(announced))
        for act in tenant.acts:
            yield from tenant.announced(act).values()
            if act.prompt:
                yield from tenant.texts(tuple(PromptRef(language, asset=act.prompt) for language in tenant.languages))
        for program in tenant.flows.values():
            for node in program.flow.nodes.values():
                said = getattr(node, "prompt", None) or {}
                waiting = getattr(getattr(node, "announcement", None), "prompt", None) or {}
                for refs in (*said.values(), *waiting.values()):
                    yield from tenant.texts(tuple(ref for ref in refs if not _has_variables(ref)))


def _has_variables(ref: PromptRef) -> bool:
    return ref.text is not None and "{{" in ref.text
