"""Path filters, held against a reference that is slow and plain."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.pulumi_cloud.path_filters import MOST_FILES, first_match, matches

NAMES = st.text("ab.", min_size=1, max_size=3)
FILES = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
COMPONENTS = st.sampled_from(["*", "**", "a", "b", "a*", "*b", "*.a", "a*b*"])
PATTERNS = st.lists(COMPONENTS, min_size=1, max_size=4).map("/".join)
FILTERS = st.lists(st.tuples(st.sampled_from(["", "!"]), PATTERNS).map("".join), min_size=1, max_size=4)


def covers(pattern: list[str], path: list[str]) -> bool:
    """Component by component, every split tried."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(covers(pattern[1:], path[taken:]) for taken in range(len(path) + 1))
    return bool(path) and glob(pattern[0], path[0]) and covers(pattern[1:], path[1:])


def glob(pattern: str, name: str) -> bool:
    """Character by character, a star tried at every length."""
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(glob(pattern[1:], name[taken:]) for taken in range(len(name) + 1))
    return bool(name) and pattern[0] == name[0] and glob(pattern[1:], name[1:])


@settings(max_examples=300)
@given(pattern=PATTERNS, file=FILES)
def test_a_filter_covers_what_the_reference_says(pattern: str, file: str) -> None:
    assert matches(pattern, file) == covers(pattern.split("/"), file.split("/"))


@settings(max_examples=200)
@given(filters=FILTERS, files=st.lists(FILES, max_size=4))
def test_a_change_counts_when_any_file_is_included_and_not_excluded(
    filters: list[str], files: list[str]
) -> None:
    includes = [one for one in filters if one[0] != "!"] or ["**"]
    excludes = [one[1:] for one in filters if one[0] == "!"]
    wanted = [
        file
        for file in files
        if any(covers(one.split("/"), file.split("/")) for one in includes)
        and not any(covers(one.split("/"), file.split("/")) for one in excludes)
    ]
    assert first_match(filters, files) == (wanted[0] if wanted else None)


@settings(max_examples=50)
@given(filters=FILTERS, files=st.lists(FILES, max_size=3), seed=st.randoms())
def test_the_order_of_filters_does_not_matter(filters: list[str], files: list[str], seed: object) -> None:
    shuffled = list(filters)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis's own Random
    assert first_match(shuffled, files) == first_match(filters, files)


def test_the_seeds_filters() -> None:
    """The page's own, slip included: the exclude says `pulumi/programs`, the include `pulumi-programs`."""
    filters = ["pulumi-programs/bucket-time/**", "!pulumi/programs/bucket-time/README.md"]
    assert first_match(filters, ["pulumi-programs/bucket-time/src/index.ts"])
    assert first_match(filters, ["pulumi-programs/bucket-time/README.md"])
    assert not first_match(filters, ["README.md", "pulumi-programs/other/index.ts"])


def test_excludes_alone_include_everything_else() -> None:
    assert first_match(["!docs/**"], ["docs/a.md", "infra/index.ts"]) == "infra/index.ts"
    assert first_match(["!docs/**", "!*.md"], ["docs/a/b.md", "README.md"]) is None


def test_a_star_stays_within_a_component() -> None:
    assert matches("*/index.ts", "infra/index.ts")
    assert not matches("*/index.ts", "infra/src/index.ts")
    assert matches("**/index.ts", "index.ts")
    assert matches("infra/**", "infra")


def test_only_the_first_300_files_are_looked_at() -> None:
    files = [f"docs/{number}.md" for number in range(MOST_FILES)]
    assert first_match(["infra/**"], [*files, "infra/index.ts"]) is None
    assert first_match(["infra/**"], [*files[1:], "infra/index.ts"]) == "infra/index.ts"
