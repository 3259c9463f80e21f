"""Pure parts of the webhook room: signatures, bodies, and when to try again."""
