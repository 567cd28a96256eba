"""Tests of the contract itself: its examples, its links, its evidence."""
