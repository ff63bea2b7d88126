"""The invented world: recipes for teaching data whose truth is known."""
