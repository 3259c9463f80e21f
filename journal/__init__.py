"""The tenant's event log: append, read, seal, verify; nothing else."""
