"""WHO: people, their accounts, and who is looking now."""
