"""A client's own identity providers (OpenID Connect): their configuration, and signing in through them."""
