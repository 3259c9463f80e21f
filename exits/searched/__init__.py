"""Exports of what a search of interactions found: a list, its recordings, its facts, as one file."""
