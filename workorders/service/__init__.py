"""What this room does: changes, lists, and answers that a retried request gets again."""

from workorders.service.assigning import assign
from workorders.service.changes import Asked, comment, create, escalate, transition
from workorders.service.editing import edit
from workorders.service.lists import (
    Page,
    Wanted,
    allowed,
    comments,
    count_orders,
    detail,
    history,
    list_for_agent,
    list_for_interaction,
    list_orders,
    version_of,
)

__all__ = [
    "Asked",
    "Page",
    "Wanted",
    "allowed",
    "assign",
    "comment",
    "comments",
    "count_orders",
    "create",
    "detail",
    "edit",
    "escalate",
    "history",
    "list_for_agent",
    "list_for_interaction",
    "list_orders",
    "transition",
    "version_of",
]
