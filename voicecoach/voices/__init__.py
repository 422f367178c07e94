"""Text to sound: the voices of this machine, and the clips that they have spoken."""
