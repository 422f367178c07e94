"""Exports faster than an encoder: each segment of sound is encoded once, and files are stitched together from packets.

A session is mostly silence and cues that are repeated. A *segment* is a stretch of sound with silence around it. Each
distinct segment is encoded once for a format, and its packets are stored. A file is made of those packets, with packets
of silence between them. For this, segments move to the format's packet grid, by half a packet at most.
"""
