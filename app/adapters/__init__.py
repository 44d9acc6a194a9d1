"""The outside world: database engine, files, index store, embeddings."""
