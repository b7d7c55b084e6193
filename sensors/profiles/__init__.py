"""Device profiles: what other people's devices send, read as `config/profiles/` says."""
