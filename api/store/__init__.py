"""The one home of persistence: tables, engine, numbered migrations. Nothing outside imports SQLAlchemy's
engine."""
