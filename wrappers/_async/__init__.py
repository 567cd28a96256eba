"""The client, in the form that asks the service. Everything public is in ``wrappers`` itself."""
