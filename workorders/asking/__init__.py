"""Questions of the side that works on a work order to the side that asked for it."""
