"""The script language: reads YAML into a `Routine`, or reports every problem at once; finds routines by name."""
