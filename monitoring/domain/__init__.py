"""Pure rules of the field: no clock, no I/O, no framework but pydantic for the site's models."""
