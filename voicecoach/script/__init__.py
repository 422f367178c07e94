"""YAML text → `Routine`, or every problem at once; finding routines by name."""
