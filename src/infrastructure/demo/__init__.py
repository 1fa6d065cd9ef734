"""A marketplace with people, sessions and a past, for a first look at the product."""
