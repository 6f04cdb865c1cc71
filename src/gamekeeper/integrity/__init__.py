"""Were the tracks covered? Facts gathered while events are read, checks over them, causes weighed."""
