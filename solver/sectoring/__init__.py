"""Sectors proposed for a basin: communes put together so that hours are balanced and ways are short."""
