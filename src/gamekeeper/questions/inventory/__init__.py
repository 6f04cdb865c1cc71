"""What there is: accounts, computers, services, tasks, connections."""
