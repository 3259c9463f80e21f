"""Who owns what, and who may do what: clients, people, seats, numbers, permissions, blueprints."""
