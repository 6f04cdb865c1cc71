"""Chains: several events that mean something together. Declared in ``content/chains``, walked over rows."""
