"""Every page of the portal in every state, with invented data and no database: for eyes and browser tests."""
