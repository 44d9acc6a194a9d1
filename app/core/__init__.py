"""Words and small rules without any database or web library."""
