"""Work orders: units of work between a seat and its client, from creation to resolution."""
