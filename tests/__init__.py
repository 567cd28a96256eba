"""Unit and integration tests, one folder a room."""
