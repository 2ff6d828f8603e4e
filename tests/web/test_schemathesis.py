"""Random requests, valid and not, to every route of the description: only documented answers, none of them a crash.

`SCHEMATHESIS_EXAMPLES=500 pytest tests/web/test_schemathesis.py` tries more.
"""

from __future__ import annotations

import os

import hypothesis
import pytest
import schemathesis
from curated import changeable
from schemathesis import checks

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "8"))

HELD = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
)


TRIED = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture(scope="module")
def operations(tmp_path_factory):
    """The operations of the description, as a server over a hotel's corpus of its own gives it: some change it."""
    app, live = changeable(tmp_path_factory.mktemp("hotel"), allowed_hosts="testserver")
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    yield [result.ok() for result in schema.get_all_operations()]
    live.close()


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_request_gets_an_answer_that_is_not_described(operations, mode) -> None:
    assert len(operations) > 15
    for operation in operations:

        @TRIED
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def answered(case) -> None:
            case.call_and_validate(checks=HELD)

        try:
            answered()
        except hypothesis.errors.Unsatisfiable:
            assert mode is schemathesis.GenerationMode.NEGATIVE  # some operations take nothing that could be wrong
