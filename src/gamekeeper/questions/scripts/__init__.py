"""PowerShell scripts that ran, put together."""
