"""Pure parts of the probe: words that must not be seen, oracles, figures of time, findings and the verdict."""
