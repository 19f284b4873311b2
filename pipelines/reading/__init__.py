"""PDF to pages, lines and grids of cells with boxes: geometry only, no budget word."""
