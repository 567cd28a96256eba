"""The contract suite: one server under test, held to the contract and to what is known of the wire.

Layers, each asking another question of the same really listening server:

- `contract_tests.shape`: does every answer have the shape the contract promises? Schemathesis
  generates the requests, in all its phases.
- `contract_tests.rules`: do answers keep the laws that no schema can say? No secrets, filters that
  filter, pages that add up, one error envelope.
- `contract_tests.state`: does the server remember and forget what it should? Hypothesis plays
  random histories against a model of sessions, users and files.
- `contract_tests.client`: do the clients say what they mean? One random history, told by the
  wrappers, the generated client, raw HTTP and the official JavaScript SDK, leaves one state.
- `contract_tests.drift`: do two servers still answer alike? A trace is replayed on both.

`contract_tests.faults` breaks mock servers on purpose and measures what of it the suite notices;
`contract_tests.mutants` does so with small mistakes made by a program.

Run it with `python -m contract_tests` (see `contract_tests.__main__`); it starts its own mock
server, or uses the one named by ``CONNECTYCUBE_BASE_URL``.
"""
