"""One check per file: what it sees, what else explains it, and where it is blind."""
