"""The way out: everything of a client as files that it can read without us, and the end of everything here."""
