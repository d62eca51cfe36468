"""Thin routes: each reads a request, calls one function below, and says its answer."""
