"""Contract stubs of clients' systems: small servers, written from the vendors' public documentation."""
