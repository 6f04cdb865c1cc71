"""What workers keep of the events they read, so that checks need not read them again: one file a table."""
