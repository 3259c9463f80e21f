"""What is told of agents' desk pages."""
