"""Event log and observation archive on SQLAlchemy Core: SQLite by default, PostgreSQL."""
