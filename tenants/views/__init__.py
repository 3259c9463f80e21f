"""Views of a list that a person keeps for itself: a page, a name, and the filters of its address."""
