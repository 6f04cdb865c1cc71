"""One innocent cause per file: does it explain a break, and what speaks for and against it."""
