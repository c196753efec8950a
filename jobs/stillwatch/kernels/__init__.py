"""Pure functions on Arrow, numpy and Polars: no session, path, clock or chance comes in."""
