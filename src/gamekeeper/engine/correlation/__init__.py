"""Correlation of matches: rows to disk in the workers, sorted by group and time, and windows over them."""
