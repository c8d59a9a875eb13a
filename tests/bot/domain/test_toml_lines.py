"""Lines of keys in a TOML text."""

from __future__ import annotations

from bot.domain.toml_lines import lines_of

TEXT = """top = 1
[[rules]]
name = "one"
  "stacks" = []

[[ rules ]]  # the second
name = "two"
name = "again"
[other]
nested.key = 1
"""


def test_headers_and_keys_are_found_in_their_table() -> None:
    assert lines_of(TEXT) == {
        ("", 0, "top"): 1,
        ("", 0, "rules"): 2,
        ("rules", 0, ""): 2,
        ("rules", 0, "name"): 3,
        ("rules", 0, "stacks"): 4,
        ("rules", 1, ""): 6,
        ("rules", 1, "name"): 7,
        ("", 0, "other"): 9,
        ("other", 0, ""): 9,
        ("other", 0, "nested"): 10,
    }
