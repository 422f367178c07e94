"""The log of sessions: what was heard, how far, and what can be resumed."""
