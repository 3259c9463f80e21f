"""Which agent gets which interaction: the decisions of the floor, with their reasons."""
