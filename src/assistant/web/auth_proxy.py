"""The user that a proxy names in a header. Only proxies that are trusted by address are believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, cast

from fastapi import Request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.web.auth_users import RESERVED
from assistant.web.identity import Role, User
from assistant.web.problems import UNAUTHORIZED, Refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network

MOST_CHARACTERS = 200

OWN = ("key:", "guest:")
"""How names begin that we give ourselves."""


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """Where a proxy names the user, and which groups have which role."""

    user: str
    groups: str
    roles: tuple[tuple[Role, frozenset[str]], ...]

    def user_of(self, request: Request) -> User | None:
        """Return the user whom the proxy names; None if it names nobody.

        Raises Refused if the header does not come from a trusted proxy, or cannot be a name.
        """
        named = request.headers.getlist(self.user)
        if not named:
            return None
        if not from_trusted(request):
            raise Refused(UNAUTHORIZED, "Only the organisation's own proxy may say who is signed in")
        name = _decoded(named[0]).strip()
        if len(named) > 1 or not name or len(name) > MOST_CHARACTERS or not name.isprintable():
            raise Refused(UNAUTHORIZED, "The proxy's header names nobody who could be signed in")
        if name in RESERVED or name.startswith(OWN):
            raise Refused(UNAUTHORIZED, "The name that the proxy gives has another meaning here")
        return User(name, self._roles(request))

    def _roles(self, request: Request) -> frozenset[Role]:
        lines = request.headers.getlist(self.groups) if self.groups else []
        groups = {group.strip() for line in lines for group in _decoded(line).split(",")}
        return frozenset({"reader", *(role for role, of in self.roles if of & groups)})


class FromProxy:
    """Middleware that notes whether a trusted proxy sent the request, and believes only it about the caller's address.

    What it notes is of the connection itself; the address and the scheme of the request are the
    caller's from then on.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[Network]) -> None:
        self._app = app
        self._proxies = tuple(proxies)
        trusted = [str(network) for network in proxies]
        self._told = cast("ASGIApp", ProxyHeadersMiddleware(app, trusted)) if trusted else app  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http":
            peer = (scope.get("client") or ("",))[0]
            scope.setdefault("state", {})["proxied"] = _within(peer, self._proxies)
        await self._told(scope, receive, send)


def from_trusted(request: Request) -> bool:
    """Return whether a trusted proxy sent the request."""
    return bool(getattr(request.state, "proxied", False))


def proxy_header(settings: Settings) -> ProxyHeader | None:
    """Return how a proxy names users; None if none does. Raises SettingsError."""
    header = settings.proxy_user_header.strip().lower()
    if not header:
        return None
    if not trusted_proxies(settings):
        raise SettingsError(
            "ASSISTANT_PROXY_USER_HEADER is set, but no proxy is trusted: anybody could send that header",
            hint="Set ASSISTANT_TRUSTED_PROXIES to the proxy's address, such as 127.0.0.1.",
        )
    roles: tuple[tuple[Role, frozenset[str]], ...] = (
        ("curator", frozenset(listed(settings.curator_groups))),
        ("admin", frozenset(listed(settings.admin_groups))),
    )
    return ProxyHeader(header, settings.proxy_groups_header.strip().lower(), roles)


def trusted_proxies(settings: Settings) -> tuple[Network, ...]:
    """Return the networks of the proxies that are believed. Raises SettingsError."""
    hint = "Write addresses or networks such as 10.0.0.7 or 10.0.0.0/24, separated by commas."
    try:
        networks = tuple(ip_network(part) for part in listed(settings.trusted_proxies))
    except ValueError as error:
        raise SettingsError(f"ASSISTANT_TRUSTED_PROXIES cannot be used: {error}", hint=hint) from error
    if any(network.prefixlen == 0 for network in networks):
        raise SettingsError("ASSISTANT_TRUSTED_PROXIES names every address there is", hint=hint)
    return networks


def listed(text: str) -> tuple[str, ...]:
    """Return the parts of a setting that are separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _within(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return any(mapped in network for network in networks)


def _decoded(value: str) -> str:
    """Return a header as UTF-8, which is what proxies send; what is none cannot be printed, and is refused."""
    return value.encode("latin-1").decode("utf-8", "surrogateescape")
