"""What an event is, in one line."""
