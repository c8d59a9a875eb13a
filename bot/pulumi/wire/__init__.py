"""The Deployments REST API without I/O: build a call, read an answer. Pure functions over bytes and headers.

The contract is the seed, "Pulumi Deployments REST API"; what a section there justifies is named beside the code.
"""
