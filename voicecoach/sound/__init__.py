"""Sound as numbers: clips, their levelling and limiting, and the renderer of blocks. Pure numpy."""
