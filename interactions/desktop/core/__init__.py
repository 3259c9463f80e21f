"""Rules of the view of agents' desks; pure."""
