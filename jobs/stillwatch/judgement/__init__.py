"""Between the links and the verdicts: groups, their own traces, their profiles, the terms."""
