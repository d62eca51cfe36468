"""Spreadsheet and CSV files as grids of cells, before anything is interpreted."""
