"""The rules layer: laws of the wire that no schema can say, over raw HTTP."""
