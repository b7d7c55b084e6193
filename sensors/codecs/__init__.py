"""Readers of binary and framed payloads, one module for each protocol."""
