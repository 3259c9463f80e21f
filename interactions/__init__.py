"""The record of every conversation: its facts, its row, its recordings, and what an agent's desk shows of it."""
