"""What is happening now, and who is watching: the board of a tenant as a function of its journal."""
