"""The JSON documents: problems, plans, events, answers; read whole or refused whole."""
