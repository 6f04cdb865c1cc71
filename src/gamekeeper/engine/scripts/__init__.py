"""Script blocks that were logged in parts: parts to rows on disk, rows to scripts, scripts to matches."""
