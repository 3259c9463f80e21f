"""Requests to cancel a work order that is under way: the requester wishes it, the resolver decides."""
