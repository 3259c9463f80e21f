"""The list of work orders: what waits for whom, its filters and views, acts on many at once, and files of it."""
