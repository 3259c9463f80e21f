"""Pure parts of the exchange: who may change an agreement, maps, and what a message says."""
