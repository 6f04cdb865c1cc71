"""Incidents of a finished hunt held against what is known to have happened."""
