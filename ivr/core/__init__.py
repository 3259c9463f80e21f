"""The pure part of flows: parse, check, compile, step, rehearse."""
