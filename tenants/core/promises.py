"""Whether the policies of a blueprint hang together: what they promise must be possible with what is there."""

from __future__ import annotations

from collections.abc import Iterator

from tenants.core.complaints import Complaint, Content
from tenants.core.controls import PLACES
from tenants.core.documents import pointer
from tenants.core.work_orders import order_complaints


def policy_complaints(content: Content) -> Iterator[Complaint]:
    """Yield what is wrong with contract, retention, recording, callbacks, reports and promises about work orders."""
    yield from _formulas(content)
    yield from _admission(content)
    yield from _controls(content)
    yield from _retention(content)
    yield from _recording(content)
    yield from _callbacks(content)
    yield from _reports(content)
    yield from _sla(content)
    yield from order_complaints(content)


def broken_promises(content: Content, agreed: Content) -> Iterator[Complaint]:
    """Yield every formula that says something else than ``agreed``: (code, version) as text to formula."""
    for index, formula in enumerate(content["contract"]["formulas"]):
        before = agreed.get(formula_name(formula))
        if before is not None and before != formula:
            reason = f"version {formula['version']} of {formula['code']!r} was agreed otherwise: make a new version"
            yield Complaint(pointer("contract", "formulas", index), reason)


def formula_name(formula: Content) -> str:
    """Return the name under which a formula was agreed: ``sl-gold 2``."""
    return f"{formula['code']} {formula['version']}"


def _formulas(content: Content) -> Iterator[Complaint]:
    seen: set[str] = set()
    for index, formula in enumerate(content["contract"]["formulas"]):
        if formula_name(formula) in seen:
            yield Complaint(pointer("contract", "formulas", index), f"{formula_name(formula)!r} stands twice")
        seen.add(formula_name(formula))


def _admission(content: Content) -> Iterator[Complaint]:
    admission = content["contract"]["admission"]
    if admission["prompt"] is not None and admission["prompt"] not in {p["code"] for p in content["prompts"]}:
        yield Complaint("/contract/admission/prompt", f"there is no prompt {admission['prompt']!r}")
    if admission["flow"] is not None and admission["flow"] not in {flow.get("id") for flow in content["flows"]}:
        yield Complaint("/contract/admission/flow", f"there is no flow {admission['flow']!r}")


def _controls(content: Content) -> Iterator[Complaint]:
    for act, places in content["contract"]["controls"]["only"].items():
        for scope, (section, key) in PLACES.items():
            there = {each.get(key) for each in content[section]}
            for target in (places or {}).get(section, ()):
                if target not in there:
                    at = pointer("contract", "controls", "only", act, section)
                    yield Complaint(at, f"there is no {scope} {target!r}")


def _retention(content: Content) -> Iterator[Complaint]:
    days = content["retention"]
    if days["recordings_days"] > days["interactions_days"]:
        yield Complaint("/retention/recordings_days", "a recording is not kept longer than its interaction")
    for what in ("interactions", "work_orders"):
        if days[f"{what}_days"] > days["journal_days"]:
            yield Complaint(f"/retention/{what}_days", "nothing is kept longer than the journal that tells of it")


def _recording(content: Content) -> Iterator[Complaint]:
    recording = content["recording"]
    queues = {queue["code"] for queue in content["queues"]}
    for code in recording["queues"]:
        if code not in queues:
            yield Complaint(pointer("recording", "queues", code), f"there is no queue {code!r}")
    own = {number["number"] for number in content["numbers"]}
    for number in recording["numbers"]:
        if number not in own:
            yield Complaint(pointer("recording", "numbers", number), f"there is no number {number!r}")
    said = recording["announce"]
    if said is None:
        if recording["refuse"] is not None:
            yield Complaint("/recording/refuse", "a key to refuse belongs to a prompt that says so")
        return
    prompt = next((each for each in content["prompts"] if each["code"] == said), None)
    if prompt is None:
        yield Complaint("/recording/announce", f"there is no prompt {said!r}")
        return
    spoken = {locale for flow in content["flows"] for locale in flow.get("locales") or () if isinstance(locale, str)}
    for locale in sorted(spoken - set(prompt["text"])):
        yield Complaint("/recording/announce", f"the prompt {said!r} has no words in {locale!r}, which flows speak")


def _callbacks(content: Content) -> Iterator[Complaint]:
    callbacks = content["callbacks"]
    queue, hours = callbacks["messages"]["queue"], callbacks["hours"]
    if queue is not None and queue not in {each["code"] for each in content["queues"]}:
        yield Complaint("/callbacks/messages/queue", f"there is no queue {queue!r}")
    if hours is not None and hours not in {each["code"] for each in content["calendars"]}:
        yield Complaint("/callbacks/hours", f"there is no calendar {hours!r}")


def _reports(content: Content) -> Iterator[Complaint]:
    people = {person["email"] for person in content["people"]}
    for index, report in enumerate(content["reports"]):
        for place, email in enumerate(report["to"]):
            if email not in people:
                yield Complaint(pointer("reports", index, "to", place), f"{email} is not one of the client's people")


def _sla(content: Content) -> Iterator[Complaint]:
    there = {section: {each["code"] for each in content[section]} for section in ("calendars", "connections")}
    codes: set[str] = set()
    about: set[tuple[str | None, ...]] = set()
    for index, policy in enumerate(content["work_orders"]["sla"]["policies"]):
        at = pointer("work_orders", "sla", "policies", index)
        for key in ("calendar", "requester_calendar"):
            if policy[key] is not None and policy[key] not in there["calendars"]:
                yield Complaint(f"{at}/{key}", f"there is no calendar {policy[key]!r}")
        if policy["connection"] is not None and policy["connection"] not in there["connections"]:
            yield Complaint(f"{at}/connection", f"there is no connection {policy['connection']!r}")
        if policy["code"] in codes:
            yield Complaint(f"{at}/code", f"{policy['code']!r} stands twice")
        which = tuple(policy[key] for key in ("connection", "type", "priority"))
        if which in about:
            yield Complaint(at, "another policy is about the same work orders")
        if all(policy[key] is None for key in policy if key.endswith("_min")):
            yield Complaint(at, "a policy has one target at least")
        codes.add(policy["code"])
        about.add(which)
