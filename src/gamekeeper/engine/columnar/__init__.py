"""The engine that works on distinct values first and on rows second."""

from gamekeeper.engine.columnar.engine import ColumnarEngine

__all__ = ["ColumnarEngine"]
