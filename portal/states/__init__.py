"""Every page and state of the portal with invented data, without a database: for eyes, screenshots and browser tests."""
