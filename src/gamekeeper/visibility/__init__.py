"""Could we have seen it? What logs of each host could have shown on each day, and what opens more."""
