"""Sound as numpy arrays: clips, loudness, limiting, mastering, and the mix that the player and the exporter read."""
