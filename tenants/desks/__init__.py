"""Whether agents' desk pages are there."""
