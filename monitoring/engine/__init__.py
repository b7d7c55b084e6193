"""Sliding windows and conditions over observations' own time: no I/O, no clock."""
