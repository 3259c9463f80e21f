"""Real servers out of wheels: PostgreSQL and Valkey as supervised child processes, for the demo and the tests."""
