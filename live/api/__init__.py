"""The board for a client's own systems: read over REST, followed over a socket, described by published schemas."""
