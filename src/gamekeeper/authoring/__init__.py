"""For people who write rules: what is wrong with one, what it means, whether it works, what a set covers.

It stands behind the engine: what a rule costs, and whether it is true of an event, the engine says.
"""
