"""Assembles everything, decides nothing."""
