"""Pure parts: permissions, calendars, service levels, the catalogue of a tenant, plans."""
