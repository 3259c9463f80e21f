"""The conversation that a work order came out of, as a signed vCon."""
