"""Thin programs around the library; nothing imports them."""
