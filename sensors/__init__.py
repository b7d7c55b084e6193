"""Wire to observation: connection, decoding, units, frames, quarantine, scenario player."""
