"""Calls that go to the client's own people, and what those are told of them before they answer."""
