"""The steps of taking a client on: what each one asks, and how its form becomes part of the blueprint. Pure.

A field's name is the pointer of the value that it edits, so that a complaint finds it; seats are named by their number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.centre import shapes
from portal.settings import entries, policy_entries
from portal.settings.fields import Fields
from portal.settings.words import LANGUAGES
from tenants.core.calendar import DAYS

STEPS = ("company", "numbers", "hours", "queues", "ivr", "seats", "people", "policies")
"""Queues come before the IVR: so a key of its menu leads to a queue that is there, and no name is typed twice."""
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "company": ("tenant", "contract"),
    "numbers": ("numbers",),
    "hours": ("calendars",),
    "queues": ("skills", "queues"),
    "ivr": ("flows", "prompts"),
    "seats": ("seats",),
    "people": ("people",),
    "policies": ("recording", "masking", "retention", "staff_access", "supervision", "reports"),
}
"""The sections of the blueprint that a step writes, and whose complaints stand on it."""
DAYS_OF_WORK = ("mon", "tue", "wed", "thu", "fri")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """An onboarding as far as it is. ``unread``: the lines of pasted rows that could not be read."""

    content: Json
    answers: Json
    unread: tuple[str, ...] = ()


def step_of(section: str) -> str:
    """Return the step that a section of the blueprint belongs to; what no step asks is looked at in the review."""
    return next((step for step, sections in SECTIONS.items() if section in sections), "review")


def blank(defaults: Mapping[str, Any]) -> Json:
    """Return the blueprint that an empty onboarding begins with, from the schema's defaults."""
    week = {day: ["09:00-18:00"] if day in DAYS_OF_WORK else [] for day in DAYS}
    return {
        **defaults,
        "tenant": {"code": "", "name": "", "zone": "Asia/Hong_Kong", "languages": ["zh-HK", "en"]},
        "calendars": [{"code": "office", "weekly": week, "holidays": "HK", "exceptions": []}],
    }


def read(step: str, fields: Fields, work: Work, agents: Mapping[str, str | None]) -> Work:
    """Return the work with what a step's form says. ``agents``: the agent of each seat of the centre."""
    if step == "seats":
        return _seats(fields, work, agents)
    made = {**work.content, **_READERS[step](fields, work.content)} if step in _READERS else dict(work.content)
    answers = _ivr(fields, work.answers) if step == "ivr" else dict(work.answers)
    return Work(with_shape(made, answers), answers)


def with_shape(content: Json, answers: Json) -> Json:
    """Return the content with the chosen shape's flow: made anew whenever a name that it uses may have changed."""
    return {**content, **shapes.build(answers, content)} if answers.get("shape") in shapes.SHAPES else content


def _company(fields: Fields, content: Json) -> Json:
    name = fields.text("tenant/name")
    code = fields.text("tenant/code") or (entries.code_from(name, (), "client") if name else "")
    known = [*LANGUAGES, *(code for code in content["tenant"]["languages"] if code not in LANGUAGES)]
    tenant = {
        "code": code,
        "name": name,
        "zone": fields.text("tenant/zone"),
        "languages": [language for language in known if fields.has(f"tenant/languages/{language}")],
    }
    promise = fields.under("contract/service_level")
    numbers = {key: promise.whole(key) for key in ("threshold_s", "target_pct", "short_abandon_s")}
    level = {**content["contract"]["service_level"], **numbers, "variant": promise.text("variant") or "SL2"}
    return {"tenant": tenant, "contract": {**content["contract"], "service_level": level}}


def _numbers(fields: Fields, content: Json) -> Json:
    flows = [flow.get("id") for flow in content["flows"]]
    rows = [(re.sub(r"[\s().-]", "", row.text("number")), row.text("flow")) for row in fields.rows("numbers")]
    first = flows[0] if flows else shapes.FLOW
    return {"numbers": [{"number": number, "flow": flow or first} for number, flow in rows if number]}


def _hours(fields: Fields, content: Json) -> Json:
    del content
    made = [entries.calendar(row) for row in fields.rows("calendars")]
    kept = [row for row in made if row["code"] or any(row["weekly"].values())]
    return {"calendars": _coded(kept, "office")}


def _queues(fields: Fields, content: Json) -> Json:
    skills = [row for row in (entries.skill(each) for each in fields.rows("skills")) if row["name"]]
    queues = [row for row in (entries.queue(each) for each in fields.rows("queues")) if row["name"]]
    codes = {row["code"] for row in _coded(skills, "skill")}
    for queue in _coded(queues, "queue"):
        queue["needs"] = {code: level for code, level in queue["needs"].items() if code in codes}
    seats = [
        {**seat, "skills": {code: level for code, level in seat["skills"].items() if code in codes}}
        for seat in content["seats"]
    ]
    return {"skills": skills, "queues": queues, "seats": seats}


def _people(fields: Fields, content: Json) -> Json:
    del content
    rows = (entries.person(row) for row in fields.rows("people"))
    return {"people": [row for row in rows if row["email"] or row["name"]]}


def _policies(fields: Fields, content: Json) -> Json:
    del content
    reports = [policy_entries.report(row) for row in fields.rows("reports") if row.keys("to")]
    taken = {row["code"] for row in reports}
    for row in reports:
        row["code"] = row["code"] or entries.code_from(f"{row['report']} {row['every']}", taken, "report")
        taken.add(row["code"])
    asked = SECTIONS["policies"]
    made = {name: read(fields.under(name)) for name, read in policy_entries.READERS.items() if name in asked}
    return {**made, "reports": reports}


def _coded(rows: list[Json], kind: str) -> list[Json]:
    taken = {row["code"] for row in rows if row["code"]}
    for row in rows:
        row["code"] = row["code"] or entries.code_from(row.get("name") or "", taken, kind)
        taken.add(row["code"])
    return rows


_READERS = {
    "company": _company,
    "numbers": _numbers,
    "hours": _hours,
    "queues": _queues,
    "people": _people,
    "policies": _policies,
}


def _ivr(fields: Fields, answers: Json) -> Json:
    texts = {
        code: {language: words for language in fields.keys(f"texts/{code}")
               if (words := fields.lines(f"texts/{code}/{language}"))}
        for code in fields.keys("texts")
    }  # fmt: skip
    options = {key: queue for key in shapes.KEYS if (queue := fields.text(f"options/{key}"))}
    return {
        **answers,
        "shape": fields.text("shape"),
        "calendar": fields.text("calendar"),
        "queue": fields.text("queue"),
        "options": options,
        "texts": {**(answers.get("texts") or {}), **texts},
    }


def _seats(fields: Fields, work: Work, agents: Mapping[str, str | None]) -> Work:
    had = {seat["seat"]: seat for seat in work.content["seats"]}
    picked = [
        {
            **had.get(seat, {}),
            "seat": seat,
            "kind": fields.text(f"seats/{seat}/kind") or "shared",
            "agent": agents.get(seat) or "",
            "alias": fields.text(f"seats/{seat}/alias"),
            "skills": entries.levels(fields, f"seats/{seat}/skills"),
            "from_on": fields.text(f"seats/{seat}/from_on") or None,
            "until_on": fields.text(f"seats/{seat}/until_on") or None,
        }
        for seat in fields.keys("seats")
        if fields.has(f"seats/{seat}/picked")
    ]
    pasted, unread = _pasted(fields.lines("paste"), work.content, agents)
    theirs = {row["seat"] for row in pasted}
    rows = sorted([*(row for row in picked if row["seat"] not in theirs), *pasted], key=lambda row: row["seat"])
    answers = {**work.answers, "paste": fields.lines("paste") if unread else ""}
    return Work({**work.content, "seats": rows}, answers, unread)


def _pasted(text: str, content: Json, agents: Mapping[str, str | None]) -> tuple[list[Json], tuple[str, ...]]:
    """Read rows of a sheet: seat, alias, kind, then skills as ``orders=4``; wrong rows are named by their line."""
    skills = {skill["code"]: skill["code"] for skill in content["skills"]}
    skills |= {skill["name"].lower(): skill["code"] for skill in content["skills"]}
    rows, wrong = [], []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip().strip('"') for cell in re.split(r"[\t;,]", line)]
        if not any(cells) or (number == 1 and not cells[0].isdecimal()):
            continue
        row = _row(cells, skills, agents)
        if row is None:
            wrong.append(str(number))
        else:
            rows.append(row)
    return rows, tuple(wrong)


def _row(cells: list[str], skills: Mapping[str, str], agents: Mapping[str, str | None]) -> Json | None:
    seat, alias, kind, *rest = [*cells, "", ""][: max(3, len(cells))]
    levels: Json = {}
    for cell in filter(None, rest):
        name, _, level = re.sub(r"[:=\s]+(?=\d$)", "=", cell).partition("=")
        if name.strip().lower() not in skills or not level.isdecimal():
            return None
        levels[skills[name.strip().lower()]] = int(level)
    if not agents.get(seat) or not alias or kind not in {"", "dedicated", "shared"}:
        return None
    made = {"seat": seat, "kind": kind or "dedicated", "agent": agents[seat], "alias": alias, "skills": levels}
    return {**made, "from_on": None, "until_on": None}
