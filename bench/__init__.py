"""Benchmarks: figures of the real programs, as ratios against a peer in the same run."""
