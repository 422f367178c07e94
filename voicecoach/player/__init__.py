"""A session, live: a pure transport, the loop that feeds an output, the ways in, and what there is to see."""
