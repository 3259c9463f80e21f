"""Work without a waiting contact: callbacks, messages, missed contacts, and calls that an agent begins."""
