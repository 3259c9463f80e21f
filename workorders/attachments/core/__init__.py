"""Pure parts of attachments: which names and types there are, and who sees what."""
