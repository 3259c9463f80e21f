"""What a seat does about a work order: tell the caller how it ended, call back, ask for something."""
