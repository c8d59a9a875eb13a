"""The only package that builds adapters, one file per process; each imports only what its process needs."""
