"""Plays a session live: the transport, the loop that feeds an output, the inputs that steer it, and its display."""
