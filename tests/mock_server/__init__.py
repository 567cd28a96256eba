"""The mock server, over real sockets, each test with a server of its own."""
