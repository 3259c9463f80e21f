"""Which database a tenant lives in: preparing one of its own, moving there and back, and keeping all at one version."""
