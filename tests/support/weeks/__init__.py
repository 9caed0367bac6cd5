"""Three made-up weeks of a town: who is there, what they do by chance, and what must hold all the time."""
