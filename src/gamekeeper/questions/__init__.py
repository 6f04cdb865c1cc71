"""Questions that people put to a case: one file each, a function from a snapshot to an ``Answer``."""
