"""What happens before there is a client: facts of the installation's journal. The subject is the onboarding.

A client's own journal begins with its first blueprint. ``code`` is what the client is to be called, "" while nobody
said.
"""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class OnboardingBegun(Payload):
    """Somebody began to take a client in. ``start``: empty, an example's name, or file."""

    start: str
    code: str


@fact_kind()
class OnboardingSaved(Payload):
    """A step was saved, whatever is wrong with it. ``done``: the steps that are complete."""

    step: str
    version: int
    done: list[str]


@fact_kind()
class OnboardingDiscarded(Payload):
    """An unfinished onboarding was thrown away."""

    code: str


@fact_kind()
class OnboardingApplying(Payload):
    """The blueprint of an onboarding is about to be applied; told for each attempt."""

    code: str


@fact_kind()
class OnboardingFinished(Payload):
    """The onboarding became a client, whose own journal goes on from here."""

    tenant_id: str
