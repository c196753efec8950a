"""Transforms: parsed lines to exchanges, accounts and traces."""
