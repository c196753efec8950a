"""What would traffic look like that somebody else made up?

A second generator of a week, written from the design and the contract without a look at the
simulator or the rules. It shares no code with the project, and composes requests and answers of
real texts. `benchmarks/traffic_of_others.py` runs and measures its weeks.
"""
