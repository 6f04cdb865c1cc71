"""Incidents for others: one file per format, each made from what ``incidents.json`` holds."""
