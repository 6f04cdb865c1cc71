"""What is normal here, and what is new: habits learnt from the logs, one file a baseline."""
