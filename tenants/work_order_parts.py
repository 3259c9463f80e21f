"""What was agreed with the client about work orders."""

from __future__ import annotations

from tenants.sla_parts import SlaPart
from tenants.words import Part


class WorkOrdersPart(Part):
    """What holds for the client's work orders. ``sla``: how fast each side acts."""

    sla: SlaPart = SlaPart()
