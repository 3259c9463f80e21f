"""The pure board: rows, counts, and apply(board, fact)."""
