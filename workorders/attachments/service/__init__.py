"""What this room does: take files, have them scanned, hand them out."""
