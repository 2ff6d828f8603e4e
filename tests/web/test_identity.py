from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient

from assistant.web.identity import LOCAL, Asker, User, requires
from assistant.web.problems import add_handlers


def test_a_role_includes_those_below_it() -> None:
    curator = User("ann", frozenset({"curator"}))
    assert [curator.may(role) for role in ("reader", "curator", "admin")] == [True, True, False]
    assert not User("nobody", frozenset()).may("reader")


def test_without_a_sign_on_everybody_is_the_local_admin() -> None:
    assert LOCAL.may("admin")
    assert asked({}) == ("local", 200)


def test_a_role_that_is_missing_is_refused() -> None:
    assert asked({"x": "reader"}) == ("", 403)
    assert asked({"x": "curator"}) == ("ann", 200)


def asked(headers: dict[str, str]) -> tuple[str, int]:
    """Return who is told to have asked a curators' route, and the status."""
    app = FastAPI()
    add_handlers(app)

    @app.middleware("http")
    async def sign_in(request: Request, go_on):
        if "x" in request.headers:
            request.state.user = User("ann", frozenset({request.headers["x"]}))
        return await go_on(request)

    @app.get("/api/x")
    def route(curator: Annotated[User, Depends(requires("curator"))], asker: Asker) -> str:
        assert curator == asker
        return asker.name

    response = TestClient(app).get("/api/x", headers=headers)
    return (response.json() if response.is_success else ""), response.status_code
