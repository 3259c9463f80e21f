"""Pure parts of the work-order room: the state machine, and what an idempotency key is."""
