"""Rules and batches to matches: a slow truth that can be read in one sitting, and a fast equal."""
