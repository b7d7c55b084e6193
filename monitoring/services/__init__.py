"""Use cases: load, decide, append, hand on. Stores and senders come in as Protocols."""
