"""Client credentials for clients' systems (OAuth 2): clients, secrets, tokens, and the endpoints' answers."""
