"""The problem document as tables: a folder of CSV files or one .xlsx, for people who live in spreadsheets.

Tables and columns derive from the shapes of the document; `words` names them in French. The same content,
both ways.
"""
