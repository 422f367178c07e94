"""Blocks of sound to a device, or wherever else: one adapter a file, chosen in `catalogue`."""
