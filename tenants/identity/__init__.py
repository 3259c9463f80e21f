"""How people prove who they are: rows of the control plane beside ``user`` and ``session``."""
