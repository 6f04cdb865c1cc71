"""Base64 found and decoded."""
