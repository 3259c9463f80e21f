"""Pure parts: a record computed from facts, and masked numbers."""
