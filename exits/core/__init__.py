"""Pure parts of the way out: what an export says of itself, and how values become readable."""
