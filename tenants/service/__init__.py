"""What this room does, one topic a module; import the topic, not this package."""
