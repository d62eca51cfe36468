"""Swaps with present staff put to their services as questions: asked, answered, carried out."""
