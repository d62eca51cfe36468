"""Inputs spoilt in one place each: files, values and plans that must be refused with place, value and
hint."""
