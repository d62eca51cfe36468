"""Swaps with present staff: what services are asked, what they answer, whether they are asked at all."""
