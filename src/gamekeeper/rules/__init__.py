"""Sigma text to typed rules, and the account of every rule that was read."""
