"""Windows events in JSON, in every shape in which tools export them."""

from __future__ import annotations

from gamekeeper.sources.json.source import JsonSource

__all__ = ["JsonSource"]
