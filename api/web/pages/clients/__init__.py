"""Homes: who is cared for, when somebody comes, when nobody is to come."""
