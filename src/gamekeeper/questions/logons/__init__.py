"""Who logged on where: sessions, refusals, remote desktops."""
