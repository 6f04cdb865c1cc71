"""One file per log format: bytes in, Arrow batches and rejects out."""
