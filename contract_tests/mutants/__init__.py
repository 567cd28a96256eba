"""Mutants: small changes of the mock server's source and of the contract, which must be noticed.

- `source`: mutants of the handlers; a server is started with one, no file changes on the disk.
- `spec`: mutants of the contract; the suite, linters, the evidence or type checkers must notice.
- `bench`: samples of both, run side by side by process and port, told as a table.

mutmut and cosmic-ray change files in place or run the tests within their own process; a server that
several processes drive over sockets fits neither, and several mutants at once need as many trees.
So the operators are a few lines over `ast`, and a mutant is a module that an import hook compiles.

``python -m contract_tests.mutants source --write SOURCE.md`` runs a sample of 150,
``python -m contract_tests.mutants spec --write SPEC.md`` one of 80 changes of the contract, and
``python -m contract_tests.mutants serve MUTANT`` serves one to look at.
"""
