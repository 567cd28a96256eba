"""The shape layer: every answer to generated requests fits the contract, closed and complete."""
