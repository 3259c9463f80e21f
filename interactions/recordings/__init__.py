"""What was recorded of a conversation: its facts, where it is kept, and what is held."""
