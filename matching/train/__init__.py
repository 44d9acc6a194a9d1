"""Training of the bundled static model: `python -m matching.train --data seed_data --out DIR`."""
