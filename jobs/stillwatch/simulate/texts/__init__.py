"""Where do the simulator's words come from? A grammar of its own, or a corpus of real texts."""
