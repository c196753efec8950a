"""The only edges: session, landing, lake, quality gate, runner, publication."""
