"""What the facade does: it says in the words of work orders what is asked, and in those of tickets what came of it."""

from exchange.tmf621.service.tickets import (
    Brought,
    Found,
    Speaker,
    attachments,
    change,
    create,
    remove,
    retrieve,
    search,
)

__all__ = ["Brought", "Found", "Speaker", "attachments", "change", "create", "remove", "retrieve", "search"]
