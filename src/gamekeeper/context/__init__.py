"""What people know about their own network: lists and databases that they give, read offline."""
