"""What the product can do: one use case, one file, and the ports that it needs."""
