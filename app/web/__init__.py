"""HTTP: routers by audience, forms, contexts and page helpers."""
