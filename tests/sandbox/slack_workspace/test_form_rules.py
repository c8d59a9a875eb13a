from typing import Any

import pytest

from sandbox.slack_workspace.form_rules import form_errors
from sandbox.slack_workspace.values import merged_values
from tests.sandbox.slack_workspace.stage import plain


@pytest.mark.parametrize(
    ("element", "value", "is_fine"),
    [
        ({"type": "plain_text_input", "min_length": 3}, "ab", False),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", False),
        ({"type": "plain_text_input", "max_length": 3}, "abc", True),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", False),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "1.5", True),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "3", False),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, "1", False),
        ({"type": "url_text_input"}, "pulumi", False),
        ({"type": "url_text_input"}, "https://app.pulumi.com", True),
        ({"type": "email_text_input"}, "ana", False),
        ({"type": "email_text_input"}, "ana@acme.example", True),
        ({"type": "multi_users_select", "max_selected_items": 1}, ["U1", "U2"], False),
        ({"type": "users_select"}, "U0ANA", True),
        ({"type": "datepicker"}, "2026-01-02", True),
        ({"type": "checkboxes", "options": [{"text": plain("x"), "value": "x"}]}, [], False),
    ],
)
def test_what_the_client_lets_through(element: dict[str, Any], value: Any, *, is_fine: bool) -> None:
    block = {"type": "input", "block_id": "b", "label": plain("L"), "element": {**element, "action_id": "a"}}
    values = merged_values([block], {}, {"b": {"a": value}})
    assert (form_errors([block], values) == {}) is is_fine
