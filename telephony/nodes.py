"""Several phone engines as one: commands go where their call is, events come together, the loss of one is told as such.

Each call lives at one node. Ids of ours are never used twice, and the nodes name arriving legs so that no two are alike
(Asterisk: ``systemname``). Every node knows every phone; a phone that is registered at another one than the call is
reached through a line between the two.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from telephony import node_lines
from telephony.node_lines import LINE, as_ours
from telephony.node_trunks import registrar, together
from telephony.port import (
    Answer,
    CallArrived,
    CloseCall,
    CommandRefused,
    Dial,
    EndpointGone,
    EndpointSeen,
    EngineBack,
    EngineLost,
    HangUp,
    LegEnded,
    Open,
    Play,
    PlaybackEnded,
    Provision,
    Record,
    RecordingEnded,
    Ring,
    Snapshot,
    StopPlay,
    StopRing,
    Trunk,
    TrunkChanged,
    TrunkState,
    Withdraw,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    from telephony.port import Command, Engine, Event


@dataclass(slots=True)
class _Node:
    """One engine, and what it holds."""

    name: str
    engine: Engine
    is_there: bool = False
    was_there: bool = False
    legs: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    playbacks: set[str] = field(default_factory=set)
    recordings: set[str] = field(default_factory=set)
    endpoints: set[str] = field(default_factory=set)
    heard: int = 0
    """How often it said something of its phones."""
    trunks: dict[str, TrunkState] = field(default_factory=dict)


class Nodes:
    """``telephony.port.Engine`` for a floor with several engines."""

    def __init__(self, engines: Mapping[str, Engine], addresses: Mapping[str, str]) -> None:
        """``engines`` by the names of their nodes; ``addresses``: where the others reach each by SIP."""
        self._nodes = {name: _Node(name, engine) for name, engine in engines.items()}
        self._provided: Provision | None = None
        """What every node is told, as the floor wants it."""
        self._registrar = ""
        """The node that registers at carriers: one registration is enough, and several would take turns."""
        self._told_trunks: dict[str, TrunkState] = {}
        self._moving: set[asyncio.Task[None]] = set()
        self._lines = {name: Trunk(LINE + name, addresses[name], inside=True) for name in engines}
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._listening: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Connect to every node; each tells its own ``EngineBack`` or ``EngineLost``."""
        await asyncio.gather(*(node.engine.start() for node in self._nodes.values()))
        self._listening = [asyncio.create_task(self._listen(node)) for node in self._nodes.values()]

    async def close(self) -> None:
        """Disconnect without touching calls."""
        await asyncio.gather(*(node.engine.close() for node in self._nodes.values()))
        await asyncio.gather(*self._listening, *self._moving, return_exceptions=True)
        self._events.put_nowait(None)

    async def events(self) -> AsyncIterator[Event]:
        """Return the one stream of events, each node's in its order."""
        while (event := await self._events.get()) is not None:
            yield event

    async def snapshot(self) -> Snapshot:
        """Return what the nodes hold that are there. Raises ``ConnectionError`` when none is.

        Where phones are is taken from it as well: an event that was lost is made good.
        """
        there = [node for node in self._nodes.values() if node.is_there]
        if not there:
            raise ConnectionError("no phone engine is there")
        heard = [node.heard for node in there]
        found = await asyncio.gather(*(node.engine.snapshot() for node in there))
        for node, before, snapshot in zip(there, heard, found, strict=True):
            if node.is_there and node.heard == before:  # else an event may be newer
                node.endpoints = set(snapshot.endpoints)
        seen = [as_ours(snapshot) for node, snapshot in zip(there, found, strict=True)]
        return Snapshot(
            legs=tuple(leg for each in seen for leg in each.legs),
            calls=frozenset().union(*(each.calls for each in seen)),
            recordings=frozenset().union(*(each.recordings for each in seen)),
            endpoints=frozenset().union(*(each.endpoints for each in seen)),
            trunks=self._trunk_states(),
        )

    async def perform(self, command: Command) -> None:
        """Carry out a command where its call is. Raises :class:`CommandRefused`."""
        if isinstance(command, Provision | Withdraw):
            await self._everywhere(command)
            return
        nodes = self._of(command)
        if not nodes:
            raise CommandRefused(command, "no node holds it")
        for node in nodes:
            _note(node, command)  # before: its events may come first
            await node.engine.perform(self._sent(node, command))

    # ------------------------------------------------------------------------------------------------------ commands

    def _of(self, command: Command) -> list[_Node]:
        """Return where a command belongs; one about a thing that nobody knows goes to every node that is there."""
        if isinstance(command, Open):
            node = self._nodes.get(command.node)
            return [] if node is None else [node]
        nodes = self._nodes.values()
        leg, call = getattr(command, "leg", ""), getattr(command, "call", "")
        playback, recording = getattr(command, "playback", ""), getattr(command, "recording", "")
        if call and not isinstance(command, Answer):
            found = [node for node in nodes if call in node.calls]
        elif leg:
            found = [node for node in nodes if leg in node.legs]
        else:
            found = [node for node in nodes if playback in node.playbacks or recording in node.recordings]
        harmless = isinstance(command, StopPlay | StopRing | HangUp | CloseCall) or not (call or leg)
        return found or ([node for node in nodes if node.is_there] if harmless else [])

    def _sent(self, node: _Node, command: Command) -> Command:
        """Return a command as the node understands it: who registered elsewhere is called by the line to there."""
        others = [each for each in self._nodes.values() if each.is_there]
        if isinstance(command, Dial) and not self._has(node, command.trunk):
            there = (each.name for each in others if self._has(each, command.trunk))
            return next((node_lines.dial(command, name) for name in there), command)
        if isinstance(command, Ring) and command.endpoint not in node.endpoints:
            there = (each.name for each in others if command.endpoint in each.endpoints)
            return next((node_lines.ring(command, name) for name in there), command)
        return command

    def _has(self, node: _Node, trunk: str) -> bool:
        """Whether a trunk is one whose other end registers with us, and it did so at this node."""
        wanted = () if self._provided is None else self._provided.trunks
        is_system = any(each.registers and each.name == trunk for each in wanted)
        return is_system and trunk in node.trunks and node.trunks[trunk].registered is True

    async def _everywhere(self, command: Provision | Withdraw) -> None:
        """Tell every node that is there; one that comes later is told with its connection."""
        there = [node for node in self._nodes.values() if node.is_there]
        if not there:
            raise CommandRefused(command, "no phone engine is there")
        if isinstance(command, Provision):
            self._provided = command
            self._choose_registrar()
        for node in there:
            await node.engine.perform(self._share(node, command) if isinstance(command, Provision) else command)

    def _share(self, node: _Node, command: Provision) -> Provision:
        """Return what a node is told: the lines to the others too, and whether it is the one that registers."""
        others = tuple(line for name, line in self._lines.items() if name != node.name)
        own = command.trunks
        if node.name != self._registrar:
            own = tuple(replace(trunk, registration=None) for trunk in own)
        return replace(command, trunks=(*own, *others))

    def _choose_registrar(self) -> bool:
        """Choose who registers at carriers; tell whether it is another one."""
        there = [name for name, node in self._nodes.items() if node.is_there]
        drained = frozenset[str]() if self._provided is None else self._provided.drained
        before, self._registrar = self._registrar, registrar(self._registrar, there, drained)
        return self._registrar != before

    async def _register_elsewhere(self) -> None:
        """Let the new registrar register; refused, it is told again with its next connection."""
        node = self._nodes[self._registrar]
        if self._provided is not None:
            with suppress(CommandRefused):
                await node.engine.perform(self._share(node, self._provided))

    # -------------------------------------------------------------------------------------------------------- events

    async def _listen(self, node: _Node) -> None:
        async for event in node.engine.events():
            for told in self._told(node, event):
                self._events.put_nowait(told)

    def _told(self, node: _Node, event: Event) -> list[Event]:
        """Take note of an event of a node, and return what it is for the floor."""
        match event:
            case CallArrived(leg=leg):
                node.legs.add(leg)
                return [replace(event, node=node.name)]
            case EngineBack(snapshot=snapshot):
                return [self._back(node, event, as_ours(snapshot))]
            case EngineLost():
                return self._lost(node, replace(event, node=node.name))
            case EndpointSeen(endpoint=endpoint):
                node.heard += 1
                node.endpoints.add(endpoint)
            case EndpointGone(endpoint=endpoint):
                node.heard += 1
                node.endpoints.discard(endpoint)
                return [] if self._is_registered(endpoint) else [event]
            case TrunkChanged(state=state) if not state.trunk.startswith(LINE):
                node.trunks[state.trunk] = state
                return self._changed_trunks(event.at)
            case LegEnded(leg=leg):
                node.legs.discard(leg)
            case PlaybackEnded(playback=playback):
                node.playbacks.discard(playback)
            case RecordingEnded(recording=recording):
                node.recordings.discard(recording)
        return [event]

    def _back(self, node: _Node, event: EngineBack, snapshot: Snapshot) -> EngineBack:
        node.is_there = node.was_there = True
        node.legs = {leg.leg for leg in snapshot.legs}
        node.calls, node.recordings = set(snapshot.calls), set(snapshot.recordings)
        node.calls |= {leg.call for leg in snapshot.legs if leg.call}
        node.playbacks.clear()
        node.endpoints = set(snapshot.endpoints)
        node.trunks = {state.trunk: state for state in snapshot.trunks if not state.trunk.startswith(LINE)}
        trunks = self._trunk_states()
        self._told_trunks = {state.trunk: state for state in trunks}
        everywhere = frozenset().union(*(each.endpoints for each in self._nodes.values() if each.is_there))
        unseen = not all(each.was_there for each in self._nodes.values())
        whole = replace(snapshot, endpoints=everywhere, trunks=trunks)
        return replace(event, snapshot=whole, node=node.name, unseen=unseen)

    def _lost(self, node: _Node, event: EngineLost) -> list[Event]:
        """Take the loss of a node: its phones cannot be reached, unless they are registered elsewhere as well."""
        node.is_there = False
        left, node.endpoints, node.trunks = node.endpoints, set(), {}
        if not any(each.is_there for each in self._nodes.values()):
            return [event]  # with no engine at all, nothing is known of phones
        if self._choose_registrar():
            task = asyncio.create_task(self._register_elsewhere())
            self._moving.add(task)
            task.add_done_callback(self._moving.discard)
        gone = [EndpointGone(each, event.at) for each in sorted(left) if not self._is_registered(each)]
        return [event, *gone, *self._changed_trunks(event.at)]

    def _changed_trunks(self, at: datetime) -> list[Event]:
        """Return how the trunks are that are not as they were told."""
        now = {state.trunk: state for state in self._trunk_states()}
        changed = [state for name, state in now.items() if self._told_trunks.get(name) != state]
        self._told_trunks |= now
        return [TrunkChanged(state, at) for state in changed]

    def _trunk_states(self) -> tuple[TrunkState, ...]:
        return together([node.trunks for node in self._nodes.values() if node.is_there])

    def _is_registered(self, endpoint: str) -> bool:
        return any(endpoint in node.endpoints for node in self._nodes.values() if node.is_there)


def _note(node: _Node, command: Command) -> None:
    """Remember what a node holds from now on."""
    match command:
        case Answer(call=call) | Open(call=call):
            node.calls.add(call)
        case Ring(leg=leg) | Dial(leg=leg):
            node.legs.add(leg)
        case Play(playback=playback):
            node.playbacks.add(playback)
        case Record(recording=recording):
            node.recordings.add(recording)
        case CloseCall(call=call):
            node.calls.discard(call)
