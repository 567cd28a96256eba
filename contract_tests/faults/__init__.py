"""The fault bench: mock servers broken on purpose, and what notices them.

- `fault`: what a fault is, and the register of all of them.
- `wire`: faults made on the way: requests and answers are changed in front of the server.
- `state`: faults made within: handlers, the repository or the contract are replaced.
- `first_half`: the faults that the suite was made with; what is called `later_*` there was a second
  half until the suite learned from it.
- `second_half`: those written afterwards, by somebody who had not seen the suite; their guide is
  ``second_half/README.md``.
- `running`: one tool (a layer of the suite, or bare schemathesis) against one broken server.
- `bench`: all faults against all tools, `RESULTS.md` is what it wrote last.

``python -m contract_tests.faults NAME`` serves a mock with one fault,
``python -m contract_tests.faults list`` names them, ``python -m contract_tests.faults bench`` runs
the bench. Its ``--fault none --seeds 20 --limit 300`` looks for false alarms on an honest server,
``--place wire --remote`` is for a server that is reached by its base URL alone.
"""
