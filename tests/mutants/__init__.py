"""Mutation testing: change one point of the code and see whether a test that reaches it fails."""
