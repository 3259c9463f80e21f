"""The isolation probe: attacks the running house as one client against another, and says what answered."""
