"""The API as it is published: one OpenAPI document, made of the routes and of a table beside them (docs/adr/0018)."""
