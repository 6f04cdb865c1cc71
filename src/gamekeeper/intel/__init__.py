"""What others say about actors, and how far the evidence of a case agrees: claims, never a verdict."""
