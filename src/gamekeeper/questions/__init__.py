"""Questions about the events of a case: one file each, a library function that returns an ``Answer``."""
