"""The private servers and the process tree."""
