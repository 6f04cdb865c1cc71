"""What people ask of a case: one question a file, each a library function that returns an ``Answer``."""
