"""Tests of the generator's templates, of the generated client, and of their agreement."""
