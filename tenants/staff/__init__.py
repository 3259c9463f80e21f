"""How the outsourcer's people get into a client, and how the client sees it: grants, visits, what was read."""
