"""SLA clocks: what each side owes about a work order, by when, told at the instant, shown to both."""
