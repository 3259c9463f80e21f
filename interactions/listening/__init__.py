"""Hearing recordings: how loud they are, who heard them, and links by which others may."""
