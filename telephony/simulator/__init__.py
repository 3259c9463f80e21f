"""A phone network in memory, seeded and with a clock that can be turned: tests, what-if, machines without Asterisk."""
