"""The sabotages: a mock server broken on purpose, and the proof that the suite notices."""
