"""Products: each is one list of translated blocks, which HTML and typst render alike."""
