"""Benches: public instances, peers, curves."""
