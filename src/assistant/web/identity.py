"""Who asks: the user of a request, and what a user may do.

Whoever signs a request in leaves the user in `request.state.user`; without a sign-on, which is
on loopback alone, everybody is the one local user.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request

from assistant.web.problems import FORBIDDEN, Refused

Role = Literal["reader", "curator", "admin"]

_RANKS: tuple[Role, ...] = ("reader", "curator", "admin")
"""Each role may do what the ones before it may."""


@dataclass(frozen=True, slots=True)
class User:
    """Whoever asks; what is kept for them is kept under `name`."""

    name: str
    roles: frozenset[Role] = frozenset({"reader"})

    def may(self, role: Role) -> bool:
        """Return whether this user has the role, or one above it."""
        return any(_RANKS.index(own) >= _RANKS.index(role) for own in self.roles)


LOCAL = User("local", frozenset({"admin"}))
"""The one user of a server that only this machine reaches."""


def current_user(request: Request) -> User:
    """Return who asks."""
    user: User = getattr(request.state, "user", LOCAL)
    return user


async def _asker(request: Request) -> User:  # async, or it would be called in a thread of its own
    return current_user(request)


Asker = Annotated[User, Depends(_asker)]
"""A route's parameter that is who asks."""


def requires(role: Role) -> Callable[[Request], Awaitable[User]]:
    """Return a dependency that gives who asks, and refuses those who do not have the role."""

    async def permitted(request: Request) -> User:
        return permit(request, role)

    return permitted


def permit(request: Request, role: Role) -> User:
    """Return who asks. Raises Refused for those who do not have the role."""
    user = current_user(request)
    if not user.may(role):
        raise Refused(FORBIDDEN, f"This needs the role {role}", hint="Ask whoever runs the assistant for it.")
    return user
