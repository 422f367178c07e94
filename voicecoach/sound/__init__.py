"""Sound as numpy arrays: clips, loudness, limiting, mastering, and the mix that player and exporter read."""
