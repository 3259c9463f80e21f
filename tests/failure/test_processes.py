"""Processes of ours are killed, told to end, started twice, or started where they cannot run."""

from __future__ import annotations

import asyncio
import time
import wave
from datetime import UTC, datetime

import pytest

from telephony.asterisk.hearing import tones_in
from tests.failure.people import AGENT_TONE, CALLER_TONE, SECOND, People, took
from tests.failure.plant import PROCESSES, until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(150)]

WHOLE_CALL = [
    "InteractionStarted", "InteractionQueued", "OfferMade", "OfferEnded", "InteractionConnected", "InteractionEnded",
]  # fmt: skip
TAKES_CALLS_AGAIN_S = 30.0
"""After kill -9 of the engine: the rest of its lease (at most 6 s) and a start of Python, on a busy machine."""


async def test_a_killed_engine_leaves_the_call_alone_and_the_next_one_takes_it_up(people: People) -> None:
    plant = people.plant
    li, lei = await people.agent("8001"), await people.agent("8002", "on_break")
    talk = await people.talk(li)
    await plant.kill("engine")
    killed = time.monotonic()
    starting = asyncio.create_task(plant.launch("engine"))
    while not starting.done():
        await talk.goes_on()
    await starting
    took("kill -9 of the engine to the answer of the next one", time.monotonic() - killed)
    assert time.monotonic() - killed < TAKES_CALLS_AGAIN_S
    await talk.goes_on()
    await lei.be("available")
    other = await people.talk(lei)
    took("kill -9 of the engine to a new call's agent talking", time.monotonic() - killed)
    await talk.goes_on()
    for each in (talk, other):
        await each.contact.hang_up()
        stored = await people.fact("RecordingStored", each.interaction)
        assert (plant.data / "recordings" / stored.data["key"]).is_file()
        story = await people.story(each.interaction)
        assert [kind for kind in story if kind != "RecordingStored"] == WHOLE_CALL
    ended = await people.fact("InteractionEnded", talk.interaction)
    stored = await people.fact("RecordingStored", talk.interaction)
    assert (ended.data["ended_by"], ended.data["cause"]) == ("contact", "normal")
    assert abs(stored.data["duration_ms"] - ended.data["talk_ms"]) < 1500
    assert tones_in(await plant.heard(stored)) >= {CALLER_TONE, AGENT_TONE}


async def test_a_call_and_its_recording_that_end_while_no_engine_runs_are_told_with_true_times(people: People) -> None:
    plant = people.plant
    li = await people.agent("8001")
    talk = await people.talk(li)
    await plant.kill("engine")
    await talk.goes_on()
    left_at = datetime.now(UTC)
    await talk.contact.hang_up()
    await talk.agent.hang_up()
    await plant.launch("engine")
    ended = await people.fact("InteractionEnded", talk.interaction)
    assert (ended.data["ended_by"], ended.data["cause"]) == ("contact", "normal")
    assert abs(ended.at - left_at) < SECOND
    stored = await people.fact("RecordingStored", talk.interaction)
    place = await plant.heard(stored)
    assert tones_in(place) >= {CALLER_TONE, AGENT_TONE}
    with wave.open(str(place)) as file:
        assert abs(file.getnframes() / file.getframerate() * 1000 - ended.data["talk_ms"]) < 1500
    own = f"call_*_{talk.interaction}_*"
    await until(
        lambda: not list(plant.asterisk.recordings_folder.glob(own)), 5, "the engine's file goes after the fact"
    )


async def test_a_second_engine_for_the_floor_is_refused_and_says_who_owns_it(people: People) -> None:
    plant = people.plant
    li = await people.agent("8001")
    talk = await people.talk(li)
    second = plant.process("engine", log="second-engine")
    began = time.monotonic()
    said = await plant.refused(second)
    took("refusal of a second engine", time.monotonic() - began)
    assert f":{plant.processes['engine'].pid}" in said
    assert "floor main is owned by" in said
    assert "stop that one first" in said
    await talk.goes_on()
    assert plant.floor_answers()
    del plant.processes["second-engine"]


async def test_a_port_in_use_is_said_with_what_to_do(people: People) -> None:
    plant = people.plant
    taken = plant.site.settings.port
    said = await asyncio.gather(
        plant.refused(plant.process("web", log="second-web")),
        plant.refused(plant.process("engine", log="fourth-engine", GF_METRICS_PORT=str(taken))),
    )
    for each, setting in zip(said, ("GF_PORT", "GF_METRICS_PORT"), strict=True):
        assert f"cannot listen on 127.0.0.1:{taken}: Address already in use" in each
        assert f"choose another {setting}." in each
    assert plant.pages_answer()
    assert plant.floor_answers()
    for name in ("second-web", "fourth-engine"):
        del plant.processes[name]


async def test_a_folder_that_cannot_be_written_is_said_before_the_floor_is_taken(people: People) -> None:
    plant = people.plant
    file = plant.folder / "a-file"
    file.touch()
    engine = plant.process("engine", log="third-engine", GF_DATA_FOLDER=str(file / "data"))
    said = await plant.refused(engine)
    assert f"Cannot write to the folder {file / 'data'}" in said
    assert "Choose another folder" in said
    assert plant.floor_answers()
    del plant.processes["third-engine"]


async def test_web_is_killed_while_a_desk_and_a_board_are_open(people: People) -> None:
    plant = people.plant
    li = await people.agent("8001")
    board, desk, tile = await people.board(), await people.watch_desk(li), await people.tile()
    talk = await people.talk(li)
    await asyncio.gather(board.shows("8001", "talking"), desk.shows("talking"))
    connects, epoch = (board.connects, desk.connects, tile.connects), tile.epoch
    await plant.kill("web")
    await talk.goes_on()
    took("start of web", await plant.launch("web"))
    took("board speaks again", await board.speaks_again(10))
    await asyncio.gather(desk.speaks_again(10), tile.speaks_again(10))
    assert all(now > was for now, was in zip((board.connects, desk.connects, tile.connects), connects, strict=True))
    assert tile.epoch not in {"", epoch}, "another server's numbers: it was given everything"
    assert (board.seats["8001"]["state"], desk.state) == ("talking", "talking")
    await talk.goes_on()
    status, _ = await li.press("hang-up", interaction=str(talk.interaction))
    assert status == 200
    await talk.contact.ended(5 * SECOND)
    await board.shows("8001", "wrapping_up")


async def test_the_worker_is_killed_with_facts_and_jobs_waiting(people: People) -> None:
    plant = people.plant
    li = await people.agent("8001")
    talk = await people.talk(li)
    await plant.kill("worker")
    await talk.contact.hang_up()
    await people.fact("InteractionEnded", talk.interaction)
    took("start of the worker", await plant.launch("worker"))


@pytest.mark.parametrize("name", PROCESSES)
async def test_sigterm_ends_a_process_cleanly_in_the_middle_of_a_call(people: People, name: str) -> None:
    plant = people.plant
    li = await people.agent("8001")
    board = await people.board()
    talk = await people.talk(li)
    code, seconds = await plant.end(name)
    took(f"SIGTERM of {name}", seconds)
    assert code == 0
    assert seconds < 8
    await talk.goes_on()
    back = await plant.launch(name)
    took(f"start of {name} after SIGTERM", back)
    await talk.contact.hang_up()
    await people.fact("RecordingStored", talk.interaction)
    await board.shows("8001", "wrapping_up")


async def test_floor_is_free_at_once_after_an_orderly_end(people: People) -> None:
    """The lease is given back: nobody waits for it to run out."""
    plant = people.plant
    await plant.end("engine")
    pool = await plant.house.control.pool()
    owner = await pool.fetchval("SELECT owner FROM control.floor WHERE id = 'main'")
    assert owner is None
    await plant.launch("engine")
    await until(plant.floor_answers, 5)
