"""Every HTML page of the house: the live board, the desk, the client's portal."""
