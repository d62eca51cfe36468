"""Vehicles that people share: the fleet by owner, who has what today, a form, out of service."""
