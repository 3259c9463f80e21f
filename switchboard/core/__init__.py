"""The pure part of the switchboard: what calls and agents may do, and what follows from it."""
