"""What a blueprint says about work orders: their types, when one is over, and how fast each side acts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from tenants.sla_parts import SlaPart
from tenants.words import Code, Name, OrderType, Part

FieldCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""A key of a work order's ``custom``."""
Choice = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Help = Annotated[str, StringConstraints(max_length=2000)]


class OrderFieldPart(Part):
    """A field of the client's own: what ``custom`` holds under this code."""

    code: FieldCode
    name: Name
    kind: Literal["text", "number", "date", "choice", "phone"] = "text"
    required: bool = False
    choices: Annotated[list[Choice], Field(max_length=100)] = []

    @model_validator(mode="after")
    def _choices_where_one_chooses(self) -> OrderFieldPart:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("choices belong to the kind choice, and to no other")
        return self


class OrderTypePart(Part):
    """A kind of work orders. ``title``: what it is called if nobody says; ``{code}`` stands for a field's value.

    ``description`` is what an agent's desk begins with; in both, ``{{caller.e164}}`` and the other places of a desk
    (:mod:`tenants.core.guide`) are filled in there, and stay empty elsewhere. ``instructions`` are for whoever raises
    one, ``script`` is what the agent says to the contact when it is solved.
    """

    code: OrderType
    name: Name
    title: Annotated[str, StringConstraints(max_length=200)] = ""
    priority: Literal["critical", "high", "medium", "low"] = "medium"
    severity: Literal["critical", "major", "minor"] = "minor"
    description: Help = ""
    fields: Annotated[list[OrderFieldPart], Field(max_length=30)] = []
    instructions: Help = ""
    script: Help = ""


class WorkOrdersPart(Part):
    """Work orders of this client. Without ``types`` every type is taken as it comes.

    ``reopen_days``: so long after its resolution one can be opened again. ``auto_close_business_days``: after so many
    days of ``calendar`` (without one: Monday to Friday) a resolved one is closed by itself; 0: never.
    ``acknowledge_at_once``: systems whose work orders the centre acknowledges as they come. ``inform_customer``: who
    raised one gets a task to tell the contact how it was solved. ``sla``: how fast each side acts.
    """

    types: Annotated[list[OrderTypePart], Field(max_length=100)] = []
    reopen_days: Annotated[int, Field(ge=0, le=365)] = 14
    auto_close_business_days: Annotated[int, Field(ge=0, le=60)] = 3
    calendar: Code | None = None
    acknowledge_at_once: Annotated[list[Code], Field(max_length=100)] = []
    inform_customer: bool = True
    sla: SlaPart = SlaPart()
