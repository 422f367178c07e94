"""The script language: reads YAML into a `Routine` or reports every problem at once, and finds routines by name."""
