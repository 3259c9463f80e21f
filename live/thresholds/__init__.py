"""Thresholds that a client sets for itself: rules, the alerts that they raise, and who of its people is told."""
