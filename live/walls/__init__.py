"""Views of the board without sign-in: screens on walls and tiles in pages."""
