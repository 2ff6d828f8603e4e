"""Who a request is from: the ways to sign in, and what stands before every route and before the page.

A request is signed in by its proxy's header, by a key or the shared token in `Authorization`, or by
the cookie of a session that began on the sign-in page.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import Request
from pydantic import SecretStr
from starlette.responses import RedirectResponse

from assistant.errors import AssistantError, SettingsError
from assistant.records.database import FILE, Database
from assistant.settings import Settings
from assistant.web import auth_users
from assistant.web.api_requests import OURS
from assistant.web.auth_proxy import ProxyHeader, proxy_header
from assistant.web.auth_sessions import Session, Sessions, stamp
from assistant.web.auth_users import Users
from assistant.web.identity import Role, User
from assistant.web.keys import PREFIX, Key, Keys
from assistant.web.limits import Failures
from assistant.web.problems import FORBIDDEN, UNAUTHORIZED, Refused, local_path, of_error, respond
from assistant.web.security import LOOPBACK

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "assistant_session"
SHARED = "shared"
"""Who asks with the shared token itself, as programs do."""
GUEST = "guest:"
"""Begins the name of whoever signed in with the shared token: each browser is somebody else."""

FEWEST_CHARACTERS = 20
"""Of the shared token: a shorter one can be guessed."""

PUBLIC = frozenset({"/api/health", "/api/ready", "/favicon.ico", "/widget.js", "/login", "/logout"})
"""Whole paths that need no sign-in."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class SignOn:
    """The ways to sign in."""

    token: SecretStr
    """What all readers share; empty if they do not."""
    users: Users
    proxy: ProxyHeader | None
    keys: Keys
    sessions: Sessions
    failures: Failures

    @property
    def has_form(self) -> bool:
        """Whether there is something to sign in with on a page of ours."""
        return bool(self.token.get_secret_value() or self.users.all())

    def user_of(self, request: Request) -> User | None:
        """Return who a request is from; None if it does not say. Raises Refused if what it says is not true."""
        if self.proxy and (user := self.proxy.user_of(request)):
            return user
        if below_ours(request) and (text := _bearer(request)):
            return self._of_bearer(request, text)
        return self._of_cookie(request.cookies.get(COOKIE, ""))

    def is_token(self, text: str) -> bool:
        """Return whether it is the shared token."""
        token = self.token.get_secret_value().encode()
        return bool(token) and hmac.compare_digest(text.encode("utf-8", "surrogatepass"), token)

    def begin_shared(self) -> str:
        """Begin the session of somebody who had the shared token, and return its cookie."""
        guest = f"{GUEST}{secrets.token_hex(8)}"
        return self.sessions.begin(Session(guest, stamp(self.token.get_secret_value())))

    def begin(self, name: str) -> str:
        """Begin the session of somebody whose password was right, and return its cookie."""
        return self.sessions.begin(Session(name, stamp(self.users.all()[name].password)))

    def _of_bearer(self, request: Request, text: str) -> User:
        self.failures.check(request)
        if text.startswith(f"{PREFIX}-") and (key := self.keys.find(text)):
            _check_scope(key, request)
            return User(f"key:{key.name}", _roles(key))
        if self.is_token(text):
            return User(SHARED)
        self.failures.count(request)
        raise Refused(UNAUTHORIZED, "This key is unknown, or its time is over", hint="Ask for another one.")

    def _of_cookie(self, text: str) -> User | None:
        session = self.sessions.find(text) if text else None
        if session is None:
            return None
        if session.user.startswith(GUEST):
            secret, role = self.token.get_secret_value(), auth_users.ROLES[0]
        elif account := self.users.all().get(session.user):
            secret, role = account.password, account.role
        else:
            return None
        lasts = secret and hmac.compare_digest(session.stamp, stamp(secret))
        return User(session.user, frozenset({role})) if lasts else None


class SignedIn:
    """Middleware that lets in who is signed in, and leaves the user in the request's state.

    Programs are told 401; a browser that asks for a page is led to the sign-in page.
    """

    def __init__(self, app: ASGIApp, sign_on: SignOn) -> None:
        self._app = app
        self._sign_on = sign_on

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "websocket":  # nothing here speaks it, so nobody is let in by it
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http" or local_path(request := Request(scope)) in PUBLIC:
            await self._app(scope, receive, send)
            return
        try:
            user = self._sign_on.user_of(request)  # in memory or in the page cache: waiting for a thread takes longer
            if user is None:
                raise Refused(UNAUTHORIZED, "This needs a sign-in", hint=self._how(request))
        except AssistantError as error:
            await self._refuse(request, error)(scope, receive, send)
        else:
            scope.setdefault("state", {})["user"] = user
            await self._app(scope, receive, send)

    def _how(self, request: Request) -> str:
        if below_ours(request):
            return "Send a key: Authorization: Bearer …"
        return "Sign in at /login." if self._sign_on.has_form else "Sign in through your organisation's own sign-on."

    def _refuse(self, request: Request, error: AssistantError) -> ASGIApp:
        is_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        signing_in = isinstance(error, Refused) and error.kind == UNAUTHORIZED
        if signing_in and is_page and not below_ours(request) and self._sign_on.has_form:
            wanted = local_path(request) + (f"?{request.url.query}" if request.url.query else "")
            root = request.scope.get("root_path", "")
            return RedirectResponse(f"{root}/login?next={quote(wanted, safe='')}", 303)
        headers = {"WWW-Authenticate": "Bearer"} if signing_in else {}
        if isinstance(error, Refused) and error.retry_after:
            headers["Retry-After"] = str(error.retry_after)
        return respond(request, of_error(request, error), headers=headers)


def sign_on(settings: Settings) -> SignOn | None:
    """Return the ways to sign in that are set up; None if there are none. Raises SettingsError."""
    token, users = _token(settings), Users(settings.data / auth_users.FILE)
    proxy = proxy_header(settings)
    if not (token.get_secret_value() or users.all() or proxy):
        return None
    database = Database(settings.data / FILE)
    return SignOn(token, users, proxy, Keys(database), Sessions(database), Failures())


def check_address(settings: Settings) -> None:
    """Raise SettingsError if others could ask without a sign-in."""
    if sign_on(settings) is None and settings.host not in LOOPBACK:
        raise SettingsError(
            f"cannot listen on {settings.host}: nobody has to sign in, so anybody could read the corpus",
            hint="Set ASSISTANT_ACCESS_TOKEN, or add people with `assistant users add`, or set"
            " ASSISTANT_PROXY_USER_HEADER and ASSISTANT_TRUSTED_PROXIES; or leave ASSISTANT_HOST at 127.0.0.1.",
        )


def below_ours(request: Request) -> bool:
    """Return whether a program asks, and no page."""
    path = local_path(request)
    return any(path == start or path.startswith(f"{start}/") for start in OURS)


def _token(settings: Settings) -> SecretStr:
    """Return the shared token from the environment or its file. Raises SettingsError, without the token."""
    token = settings.access_token.get_secret_value()
    if settings.access_token_file is not None:
        try:
            token = settings.access_token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"the access token cannot be read from {settings.access_token_file}",
                hint="Check ASSISTANT_ACCESS_TOKEN_FILE.",
            ) from error
    if (token or settings.access_token_file) and len(token) < FEWEST_CHARACTERS:
        raise SettingsError(
            f"the access token has fewer than {FEWEST_CHARACTERS} characters",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return SecretStr(token)


def _bearer(request: Request) -> str:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def _check_scope(key: Key, request: Request) -> None:
    """Raise Refused if the key is not for this; those above reading and asking are for both, too."""
    needed = "read" if request.method in _READING else "ask"
    if local_path(request).startswith("/v1") or local_path(request).startswith("/mcp"):
        needed = "ask"
    if not key.scopes & {needed, "curate", "admin"}:
        raise Refused(FORBIDDEN, f"This key is not for this: it lacks the scope {needed}", hint="Ask for another key.")


def _roles(key: Key) -> frozenset[Role]:
    by_scope: dict[str, Role] = {"curate": "curator", "admin": "admin"}
    return frozenset({"reader", *(role for scope, role in by_scope.items() if scope in key.scopes)})
