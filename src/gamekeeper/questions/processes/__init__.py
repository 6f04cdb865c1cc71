"""Which process started which: records, links, trees."""
