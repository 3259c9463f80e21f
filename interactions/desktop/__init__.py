"""What was on the agent's desk during an interaction: stored beside its recording, and who looked at it."""
