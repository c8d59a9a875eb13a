"""The end of a log that is kept while it is read: enough for its excerpt, and short however long the log is."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.excerpts import Tail, excerpt


def tail_of(log: Iterable[str]) -> Tail:
    tail = Tail()
    for row in log:
        tail.add(row)
    return tail


def test_the_tail_of_a_long_log_has_all_that_its_excerpt_needs() -> None:
    noise = [f"step {number}" if number % 3 else " \x1b[0m" for number in range(4_000)]
    log = ["error: long ago", *noise, "error: no space left", *noise[:1_500]]
    tail = tail_of(log)
    assert len(tail.rows) < len(log) / 2
    assert excerpt(tail.rows, before=tail.before) == excerpt(log)


def test_a_tail_is_short_however_long_its_log_is() -> None:
    tail = tail_of(f"line {number}" for number in range(1_000_000))
    assert len(tail.rows) < 2_500
    assert tail.before + len(tail.rows) == 1_000_000
    assert tail.rows[-1] == "line 999999"


def test_of_very_long_rows_a_tail_keeps_fewer_and_always_the_last() -> None:
    tail = tail_of(letter * 900_000 for letter in "abcd")
    assert [row[0] for row in tail.rows] == ["c", "d"]
    tail.add("e" * 5_000_000)
    assert ([row[0] for row in tail.rows], tail.before) == (["e"], 4)


def test_a_private_key_that_began_before_the_window_is_hidden() -> None:
    key = ["-----BEGIN RSA PRIVATE KEY-----", "MIIBOgIBAAJBAKj34Gkx", "-----END RSA PRIVATE KEY-----"]
    tail = tail_of([*["x"] * 500, *key, *["error: boom"] * 1_999])
    assert "MIIB" not in str(excerpt(tail.rows, before=tail.before))
