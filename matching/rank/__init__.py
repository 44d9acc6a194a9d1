"""Ranking of offerings for one need: candidates, features, an additive score, reasons."""
