"""What this room does: exports, erasures, and the keys that both turn on."""
