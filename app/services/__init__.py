"""Use-cases: one verb, one function; the caller owns the transaction."""
