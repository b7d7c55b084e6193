"""Benchmarks: what the machine can do, beside what it is compared with, in one run."""
