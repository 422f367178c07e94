"""Where the sound goes: one adapter per file, chosen by name in `backends`."""
