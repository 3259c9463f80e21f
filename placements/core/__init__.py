"""Pure decisions about moves."""
