"""Pure parts of the journal: fact kinds, canonical form, hash chain."""
