"""For people who write rules: what is wrong with one, what it means, whether it works, what a set covers."""
