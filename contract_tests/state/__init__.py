"""The state layer: random histories against models of sessions, users and files."""
