"""Which stack was meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.refusals import Refusal
from bot.domain.stacks import Pattern, StackRef, Unknown, name_in, resolve

WEB_DEV = StackRef("acme", "web", "dev")
WEB_PROD = StackRef("acme", "web", "prod")
API_PROD = StackRef("acme", "api", "prod")
SITE = StackRef("acme", "site", "production")
KNOWN = frozenset({WEB_DEV, WEB_PROD, API_PROD, SITE})


def refused(text: str, orgs: tuple[str, ...] = ("acme",)) -> Refusal:
    answer = resolve(text, KNOWN, orgs)
    assert isinstance(answer, Refusal), answer
    return answer


def unknown(text: str, orgs: tuple[str, ...] = ("acme",)) -> Unknown:
    answer = resolve(text, KNOWN, orgs)
    assert isinstance(answer, Unknown), answer
    return answer


@pytest.mark.parametrize("text", ["dev", "web/dev", "acme/web/dev"])
def test_a_stack_is_found_by_as_much_of_its_name_as_tells_it_apart(text: str) -> None:
    assert resolve(text, KNOWN, ["acme"]) == WEB_DEV


@pytest.mark.parametrize("text", ["Dev", "Web/dev", "WEB/DEV"])
def test_a_capital_letter_that_a_phone_made_changes_nothing(text: str) -> None:
    assert resolve(text, KNOWN, ["acme"]) == WEB_DEV


def test_where_capitals_tell_two_apart_none_is_guessed() -> None:
    known = [WEB_DEV, StackRef("acme", "Web", "dev")]
    assert resolve("Web/dev", known, ["acme"]) == known[1]
    answer = resolve("WEB/dev", known, ["acme"])
    assert isinstance(answer, Unknown)
    assert answer.refusal.remedy == "Did you mean Web/dev or web/dev?"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("web/dev,", "web/dev"),
        ("web/dev.", "web/dev."),
        ("_web_/dev", "_web_/dev"),
        ("<https://app.pulumi.com/acme/web/dev/deployments/42|deployment>", "acme/web/dev#42"),
        ("https://pulumi.example.com/acme/web/dev/deployments/42?x=1#top", "acme/web/dev#42"),
        ("https://app.pulumi.com/acme/web/dev/updates/42", "https://app.pulumi.com/acme/web/dev/updates/42"),
        ("<https://example.com>", "https://example.com"),
        ("<web/dev>", "web/dev"),
        ("/", ""),
    ],
)
def test_a_name_is_found_in_what_stands_around_it(word: str, name: str) -> None:
    assert name_in(word) == name


def test_a_name_that_fits_several_is_refused_with_all_of_them() -> None:
    answer = refused("prod")
    assert answer.problem == '"prod" could be api/prod, web/prod.'
    assert answer.remedy == "Write the longer name, for example api/prod."


def test_of_many_candidates_five_are_named_and_the_rest_counted() -> None:
    known = [StackRef("acme", f"p{number}", "dev") for number in range(9)]
    answer = resolve("dev", known, ["acme"])
    assert isinstance(answer, Refusal)
    assert answer.problem == '"dev" could be p0/dev, p1/dev, p2/dev, p3/dev, p4/dev and 4 more.'


def test_with_two_organisations_candidates_are_named_in_full() -> None:
    answer = resolve("web/dev", [WEB_DEV, StackRef("beta", "web", "dev")], ["acme", "beta"])
    assert isinstance(answer, Refusal)
    assert answer.problem == '"web/dev" could be acme/web/dev, beta/web/dev.'


def test_stacks_of_organisations_that_are_not_ours_are_not_seen() -> None:
    assert resolve("dev", [WEB_DEV, StackRef("other", "web", "dev")], ["acme"]) == WEB_DEV


def test_a_full_name_of_somebody_elses_organisation_is_refused_with_ours() -> None:
    answer = refused("other/web/dev", ("acme", "beta"))
    assert answer.problem == '"other/web/dev" is in the organisation "other", which I don\'t work for.'
    assert answer.remedy == "I work for acme, beta."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a/b/c/d", "has more parts"),
        ("", "can't be the name"),
        ("web/", "can't be the name"),
        ("/dev", "can't be the name"),
        ("web//dev", "can't be the name"),
        (".", "can't be the name"),
        ("web/..", "can't be the name"),
        ("../dev", "can't be the name"),
        ("acme/./dev", "can't be the name"),
        ("web dev", "can't be the name"),
        ("wéb/dev", "can't be the name"),
        ("web/dev\n", "can't be the name"),
        ("🚀", "can't be the name"),
        ("<!channel>", "can't be the name"),
        ("x" * 101, "can't be the name"),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_the_rule(text: str, problem: str) -> None:
    answer = refused(text)
    assert problem in answer.problem
    assert "for example web/dev" in answer.remedy


@pytest.mark.parametrize(
    ("text", "ref", "remedy"),
    [
        ("web/dve", StackRef("acme", "web", "dve"), "Did you mean web/dev?"),
        ("acme/web/prdo", StackRef("acme", "web", "prdo"), "Did you mean web/prod?"),
        ("dve", None, "Did you mean web/dev?"),
        ("prdo", None, "Did you mean api/prod or web/prod?"),
        ("web", None, "Did you mean web/dev or web/prod?"),
        ("something-else", None, "status shows the stacks I know."),
    ],
)
def test_an_unknown_stack_is_answered_with_the_nearest(text: str, ref: StackRef | None, remedy: str) -> None:
    answer = unknown(text)
    assert answer.ref == ref
    assert answer.refusal == Refusal(f'I don\'t know a stack "{text}".', remedy)


def test_in_two_organisations_an_unknown_short_name_could_be_in_either() -> None:
    assert unknown("web/new", ("acme", "beta")).ref is None
    assert unknown("beta/web/new", ("acme", "beta")).ref == StackRef("beta", "web", "new")


part = st.from_regex(r"[A-Za-z0-9_.-]{1,12}", fullmatch=True).filter(lambda name: name not in {".", ".."})
refs = st.builds(StackRef, org=st.just("acme"), project=part, stack=part)


@given(refs, st.frozensets(refs, max_size=8))
@settings(max_examples=60)
def test_a_full_name_always_finds_its_own_stack_whatever_else_there_is(
    ref: StackRef, others: frozenset[StackRef]
) -> None:
    assert resolve(str(ref), others | {ref}, ["acme"]) == ref
    assert resolve(ref.short, others | {ref}, ["acme"]) == ref


@given(st.text(max_size=40))
@settings(max_examples=100)
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(resolve(text, KNOWN, ["acme"]), StackRef | Unknown | Refusal)


def pattern_of(text: str) -> Pattern:
    pattern = Pattern.read(text)
    assert pattern is not None
    assert str(pattern) == text
    return pattern


@pytest.mark.parametrize("text", ["acme/web/dev", "*/*/*", "acme/*/dev", "a*e/w*/*v"])
def test_a_star_stands_for_letters_within_one_part(text: str) -> None:
    assert pattern_of(text).matches(WEB_DEV)


@pytest.mark.parametrize("text", ["acme/*/prod", "acme/WEB/dev", "acme/web/de", "ac/*/dev"])
def test_a_pattern_leaves_other_stacks_alone(text: str) -> None:
    assert not pattern_of(text).matches(WEB_DEV)


@pytest.mark.parametrize("text", ["", "*", "web/dev", "a/b/c/d", "a//c", "a/b/[c]", "a/b/c?", "a/b c/d"])
def test_what_is_not_three_parts_is_no_pattern(text: str) -> None:
    assert Pattern.read(text) is None


@given(refs)
@settings(max_examples=30)
def test_every_name_is_a_pattern_that_matches_itself(ref: StackRef) -> None:
    assert pattern_of(str(ref)).matches(ref)
