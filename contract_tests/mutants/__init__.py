"""Mutants: small mistakes made by a program, and how many of them the checks notice.

Source mutants are mistakes in the mock server's rules, which the contract suite must notice; spec
mutants are mistakes in the contract, which linters, the contract's own tests, the type checker or
the suite must notice.

- `edits`: the operators: every small change of one Python module.
- `mutant`: what a source mutant is, all of them, and a sample.
- `serving`: a mock server in which one module has another source.
- `source`: source mutants against the suite.
- `document`: the operators of the contract, and a sample of their mutants.
- `checkout`: a copy of the project in which a mutated contract stands.
- `spec`: spec mutants against all that could notice them.
- `judging`: samples of both, some at a time, and the verdict.
- `judged`: mutants that nothing can notice, each with its reason, in ``equivalents.toml``.
- `journal`: what is known already, so that an interrupted run goes on where it stopped.
- `results`: the tables, ``SOURCE.md`` and ``SPEC.md`` are what was written last.

The operators are our own, on the standard library's `ast`. Looked at before (November 2026):
mutmut 3.8.1 forks one pytest process for each mutant and chooses the tests by the functions that
they called in it, so a server in another process counts as untested; it also leaves the code
outside of functions alone, where many rules of the mock server stand as tables. cosmic-ray 8.7.0
can run any command, but it changes the one file on disk, for all processes at once, and so neither
allows two runs at a time nor keeps the suite from seeing the change; its operators as a library
cost ten further packages (aiohttp, GitPython and more), have no public interface, and know neither
the removal of statements and arguments nor negated conditions.

``python -m contract_tests.mutants source --write SOURCE.md`` judges a sample of 150,
``python -m contract_tests.mutants spec --write SPEC.md`` one of 100 changes of the contract (`make
mutants` does both, and goes on where it stopped), and
``python -m contract_tests.mutants serve MUTANT`` serves one to look at.
"""
