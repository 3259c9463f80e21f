"""The flows that contacts walk through before an agent: language, checks, steps, speech."""
