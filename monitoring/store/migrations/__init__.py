"""Migrations: how a database came to be what `schema.py` says."""
