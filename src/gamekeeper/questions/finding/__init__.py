"""Events and values found: by words, by how rare they are, by what they touch."""
