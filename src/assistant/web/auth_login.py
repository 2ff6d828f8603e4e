"""The sign-in page, and what ends a session. Plain forms, no script."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import parse_qs

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from assistant.web.auth import COOKIE, SignOn
from assistant.web.auth_sessions import LASTS
from assistant.web.limits import read_body
from assistant.web.problems import Refused
from assistant.web.security import FORM_POLICY

FORM_COOKIE = "assistant_form"
"""Its value comes back in the form, too: only a page of ours can know it."""

MOST_AT_ONCE = 2
"""Passwords that are checked at the same time: each takes 64 MB."""

STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,"Segoe UI",sans-serif;max-width:22rem;margin:12vh auto;padding:0 1rem}
h1{font-size:1.4rem}
label{display:block;margin:1rem 0 .25rem}
input{width:100%;box-sizing:border-box;font:inherit;padding:.5rem}
button{font:inherit;margin-top:1.25rem;padding:.5rem 1.25rem;cursor:pointer}
form+form{border-top:1px solid #8886;margin-top:2rem}
[role=alert]{border-left:4px solid #c33;padding-left:.75rem}
"""

NAME_FIELDS = """
<label for="name">Name</label><input id="name" name="name" autocomplete="username" maxlength="100" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1000" required>"""

SHARED_FIELDS = """
<label for="token">Access token</label>
<input id="token" name="token" type="password" autocomplete="off" maxlength="1000" required>"""

WRONG = "That is not right. Check what you typed."
OUT_OF_DATE = "The page was open for too long. Sign in again."


def router(sign_on: SignOn | None) -> APIRouter:
    """Return the routes that begin and end a session; without a way to sign in they lead to the page."""
    routes = APIRouter(include_in_schema=False)
    if sign_on is None:
        for path in ("/login", "/logout"):
            routes.add_route(path, lambda request: _to(request, "/"), methods=["GET"])
        return routes
    passwords = CapacityLimiter(MOST_AT_ONCE)

    @routes.get("/login")
    def form(request: Request) -> Response:
        """Show the sign-in page."""
        return _page(request, sign_on, _local(request.query_params.get("next", "")))

    @routes.post("/login")
    async def begin(request: Request) -> Response:
        """Begin a session, or say why it cannot begin."""
        return await _begin(request, sign_on, passwords)

    @routes.get("/logout")
    def leaving(request: Request) -> Response:
        """Show the page that ends the session."""
        return _with_forms(request, "Sign out", "<p>You will be signed out in this browser.</p>", [("logout", "")])

    @routes.post("/logout")
    async def end(request: Request) -> Response:
        """End the session."""
        said = _fields(await read_body(request.receive))
        if _is_our_form(request, said) and (text := request.cookies.get(COOKIE)):
            await run_sync(sign_on.sessions.end, text)
        response = _to(request, "/login")
        response.delete_cookie(COOKIE, path=_root(request) or "/")
        return response

    return routes


async def _begin(request: Request, sign_on: SignOn, passwords: CapacityLimiter) -> Response:
    said = _fields(await read_body(request.receive))
    wanted = _local(said.get("next", ""))
    if not _is_our_form(request, said):
        return _page(request, sign_on, wanted, OUT_OF_DATE, status=403)
    try:
        cookie = await run_sync(_begun, sign_on, request, said, limiter=passwords)
    except Refused as error:
        page = _page(request, sign_on, wanted, f"{error}. {error.hint}", status=error.kind.status)
        page.headers["Retry-After"] = str(error.retry_after)
        return page
    if not cookie:
        return _page(request, sign_on, wanted, WRONG, status=401)
    response = _to(request, wanted)
    _set(response, request, COOKIE, cookie, seconds=int(LASTS.total_seconds()))
    return response


def _begun(sign_on: SignOn, request: Request, said: Mapping[str, str]) -> str:
    """Return the cookie of a session that begins now; empty if the secret is wrong. Raises Refused."""
    name = said.get("name", "")
    sign_on.failures.check(request, name)
    if name and sign_on.users.check(name, said.get("password", "")):
        return sign_on.begin(name)
    if sign_on.is_token(said.get("token", "")):
        return sign_on.begin_shared()
    sign_on.failures.count(request, name)
    return ""


def _page(request: Request, sign_on: SignOn, wanted: str, problem: str = "", *, status: int = 200) -> Response:
    """Return the sign-in page."""
    forms = [("login", NAME_FIELDS)] if sign_on.users.all() else []
    forms += [("login", SHARED_FIELDS)] if sign_on.token.get_secret_value() else []
    told = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    if not forms:
        told += "<p>Sign in through your organisation's own sign-on, and then open the assistant again.</p>"
    return _with_forms(request, "Sign in", told, forms, wanted=wanted, status=status)


def _with_forms(
    request: Request,
    title: str,
    told: str,
    forms: Sequence[tuple[str, str]],
    *,
    wanted: str = "/",
    status: int = 200,
) -> Response:
    """Return a page with forms, each given as where it is sent and its fields."""
    value = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(16)
    hidden = f'<input type="hidden" name="form" value="{escape(value)}">'
    hidden += f'<input type="hidden" name="next" value="{escape(wanted)}">'
    button = f"<button>{escape(title)}</button>"
    shown = "".join(
        f'<form method="post" action="{action}">{hidden}{fields}{button}</form>' for action, fields in forms
    )
    html = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        # without this, a browser would not say that the form comes from here
        '<meta name="referrer" content="same-origin">'
        f"<title>{escape(title)} – Sourcing assistant</title><style>{STYLE}</style>"
        f"<main><h1>{escape(title)}</h1>{told}{shown}</main></html>"
    )
    response = HTMLResponse(html, status, {"Content-Security-Policy": FORM_POLICY, "Cache-Control": "no-store"})
    _set(response, request, FORM_COOKIE, value)
    return response


def _fields(body: bytes) -> dict[str, str]:
    found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[0] for name, values in found.items()}


def _is_our_form(request: Request, said: Mapping[str, str]) -> bool:
    known, told = request.cookies.get(FORM_COOKIE, ""), said.get("form", "")
    return bool(known) and hmac.compare_digest(known.encode(), told.encode())


def _local(wanted: str) -> str:
    """Return the address if it is one of ours; else the page, for a link must not lead to another site."""
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if plain else "/"


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(_root(request) + path, 303)


def _set(response: Response, request: Request, name: str, value: str, *, seconds: int | None = None) -> None:
    secure = request.url.scheme == "https"
    path = _root(request) or "/"
    response.set_cookie(name, value, seconds, path=path, secure=secure, httponly=True, samesite="lax")


def _root(request: Request) -> str:
    root: str = request.scope.get("root_path", "")
    return root
