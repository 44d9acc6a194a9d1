"""Select statements and visibility; nothing here writes."""
