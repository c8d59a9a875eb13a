"""Domain in, Block Kit out: pure functions, golden files in the tests."""
