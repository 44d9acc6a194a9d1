"""Retrieval quality on BEIR folders: reading, metrics, the four systems."""
