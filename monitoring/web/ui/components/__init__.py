"""Components: data in, Dash component out; no state, no clock, no store."""
