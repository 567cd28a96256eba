"""Tests of the house itself: its layers, its pins, its README, its wheel."""
