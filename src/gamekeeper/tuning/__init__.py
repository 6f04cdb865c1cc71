"""Fewer false alarms without editing rules: what is allowed, what is noisy, and which filters would help."""
