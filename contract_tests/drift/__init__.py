"""Drift: a trace replayed on two servers, or on one beside what was recorded, diffed by shape.

`python -m contract_tests.drift TRACE... --server URL [--server URL]` tells where the answers differ
in status, headers or the shape of the body; values may differ. `--record` writes a trace.
"""
