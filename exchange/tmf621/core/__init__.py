"""Pure parts of the facade: what its fields are called here."""
