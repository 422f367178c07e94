"""Voices: from words to clips, through one adapter per speech engine and the clip cache."""
