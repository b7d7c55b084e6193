"""Pages in Dash: pure functions make components of data; the hub keeps them true."""
