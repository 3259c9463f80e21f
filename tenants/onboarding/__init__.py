"""Onboardings that are not finished: a client that does not exist yet, as far as somebody has described it."""
