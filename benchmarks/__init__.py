"""What a call costs, beside the clients that people would use instead: ``make bench``."""
