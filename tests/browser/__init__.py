"""Whole stories, read in a real browser."""
