"""Whose turn it is, as the row says it: kept with every change, so that an index finds what waits for whom."""

from __future__ import annotations


def turn_of(status: str, pending_on: str, cancel_asked: str) -> str:
    """Return the SQL of who is to act, of these three columns or values and the row's requester.

    The resolver, who also decides a request to cancel; the requester, who answers a question or confirms what is
    resolved; ``others``: the contact, or a third party. NULL: it is over.
    """
    return f"""CASE WHEN {status} IN ('closed', 'rejected', 'cancelled') THEN NULL
    WHEN NOT {cancel_asked} AND {status} = 'pending' AND {pending_on} IN ('end_customer', 'third_party') THEN 'others'
    WHEN NOT {cancel_asked} AND {status} IN ('pending', 'resolved') THEN requester_side
    WHEN requester_side = 'tenant' THEN 'outsourcer' ELSE 'tenant' END"""
