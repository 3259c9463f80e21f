"""What the people who watch over a conversation say about it, at a second of its recording or as a whole."""
