"""Do the clients say what they mean? A history that each of them tells must leave one state."""
