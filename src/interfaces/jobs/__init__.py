"""Jobs: what the workers do on a schedule or when they are woken, a few lines each."""
