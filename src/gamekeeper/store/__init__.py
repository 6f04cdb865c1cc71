"""The case: events decoded once, kept as Parquet under one manifest, and read by everybody.

``case.py`` is the door. Files of events are immutable; what belongs to the case at a moment is what the
manifest says in one transaction. ``docs/reference/case.md`` describes the folder for other tools.
"""
