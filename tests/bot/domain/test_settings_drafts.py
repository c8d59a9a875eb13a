"""Changes of settings on their way to the service."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.settings_drafts import Draft
from bot.domain.settings_form import Edits, purpose

texts = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)
edits = st.builds(
    Edits, texts, st.dictionaries(st.text(max_size=8), st.none() | st.text(max_size=8), max_size=3), texts
)


@given(
    st.builds(
        Draft,
        edits,
        seen=st.text(max_size=16),
        changed=st.lists(st.text(max_size=8), max_size=3).map(tuple),
        saving=st.text(max_size=8),
        saved=st.booleans(),
    )
)
def test_a_draft_comes_back_as_it_was_kept(draft: Draft) -> None:
    assert Draft.decode(draft.encode()) == draft


def test_a_secret_does_not_show() -> None:
    assert "hunter2" not in repr(Draft(Edits(secrets={"TOKEN": "hunter2"}), seen="s"))


def test_a_form_is_sealed_for_one_person_and_one_stack() -> None:
    asked = [("T1", "U1", "a/b/c"), ("T1", "U2", "a/b/c"), ("T2", "U1", "a/b/c"), ("T1", "U1", "a/b/d")]
    assert len({purpose(*each) for each in asked}) == len(asked)
