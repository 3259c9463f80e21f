"""What the facade does: it says in the words of work orders what is asked, and in those of tickets what came of it."""

from exchange.tmf621.service.tickets import Found, Speaker, change, create, remove, retrieve, search

__all__ = ["Found", "Speaker", "change", "create", "remove", "retrieve", "search"]
