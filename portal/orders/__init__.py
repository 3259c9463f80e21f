"""The page of one work order and the board of all by state: what they show and ask, the departments do."""
