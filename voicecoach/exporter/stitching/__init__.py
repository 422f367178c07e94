"""Exporting faster than an encoder: what sounds between two silences is encoded once, and files are woven of that.

A session is mostly silence and cues that come again. An *island* is a stretch of sound with silence around it. Each
distinct island is encoded once for a format, with some silence before and behind, and its packets are kept; a file is
those packets in their places and packets of silence between them. For that, islands move to the grid of the format's
packets, by half a packet at most.
"""
