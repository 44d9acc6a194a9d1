"""Load the fictional demo data of `seed_data`; loading twice changes nothing.

A row's key gives its id, rows that are there already are left as people may have changed them.
"""

from app.services.seeding.load import DEMO_PASSWORD, SeedReport, load_seed

__all__ = ["DEMO_PASSWORD", "SeedReport", "load_seed"]
