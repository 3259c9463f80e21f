"""Measures ratios side by side in one run: ours against the raw limit or a peer. Never a timed test."""
