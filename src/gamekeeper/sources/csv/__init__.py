"""Windows events in comma-separated values: one file per shape in ``shapes/``, one splitter for all."""
