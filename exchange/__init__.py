"""Exchange: a client's systems as partners, what they agreed, and what they tell us of work orders."""
