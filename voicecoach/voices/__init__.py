"""Voices: from words to clips, through one adapter per engine and the clip cache."""
