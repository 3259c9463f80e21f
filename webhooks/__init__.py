"""Webhooks: what happened to a client's work orders, told to its system, signed, in order, until it is heard."""
