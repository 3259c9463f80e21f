"""What answers hold, by subject."""
