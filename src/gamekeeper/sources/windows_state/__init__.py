"""State that outlives logs: the registry, what was typed into PowerShell, who came to a server."""
