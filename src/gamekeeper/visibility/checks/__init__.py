"""The checks of log readiness, LR-01 to LR-39: a file for each way of looking."""
