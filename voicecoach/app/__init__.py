"""Use cases: from a request to a session that is played, exported, checked or resumed. No click, no printing."""
