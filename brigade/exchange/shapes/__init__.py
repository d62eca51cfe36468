"""The outer form of every value: what a JSON document may hold, said once, with descriptions and examples.

The JSON Schemas, the columns of the tables and the passage to the core's values
(`brigade.exchange.documents.bridge`) all derive from these models.
"""
