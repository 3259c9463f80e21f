"""The pure part of routing: values in, decisions out, ``now`` is an argument."""
