"""From grids to typed records: budget words, and no PDF library."""
