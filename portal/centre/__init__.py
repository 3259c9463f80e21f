"""The outsourcer's back office: the list of clients, and the wizard that takes a new one on."""
