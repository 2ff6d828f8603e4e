"""The passages in a Chroma server, in place of the folder `chroma/` of a generation.

A generation that keeps them there holds a file, `collection`, with the name of its collection; all
else of it stays in its folder. While the server is away, nobody needs to wait for it: whoever reads
is told so at once, and one call every few seconds tries again.
"""

from __future__ import annotations

import base64
import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from pydantic import SecretStr

from assistant.errors import BrokenGeneration, ServerAway, SettingsError
from assistant.index.store import Store, fill, graph, refuse_named
from assistant.settings import Settings
from assistant.types import Passage

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ServerAPI

log = logging.getLogger(__name__)

FILE = "collection"
"""In a generation's folder: the name of its collection. It is there before the collection is."""

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.0
"""Longest waits of a question for the server; without it, every vector is compared."""

WRITE_SECONDS = 120.0
"""Longest wait of a build, whose batches take a while to be added, and of its probe."""

REST_SECONDS = 2.0
"""How long a server that failed is left alone; then one call tries it."""

_HINT = "See that it runs and that ASSISTANT_CHROMA_URL and the token are right; then try again."


@dataclass(frozen=True, slots=True)
class Server:
    """Where a Chroma server is, and what it is shown."""

    url: str
    secret: SecretStr = field(default_factory=lambda: SecretStr(""))

    def headers(self) -> dict[str, str]:
        """Return what goes with each request: a token as it is, `name:password` as a browser would send it."""
        secret = self.secret.get_secret_value()
        if ":" in secret:
            return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}
        return {"Authorization": f"Bearer {secret}"} if secret else {}


def configured(settings: Settings) -> Server | None:
    """Return the server of the settings, or None. Raises SettingsError, without the secret."""
    if not settings.chroma_url:
        return None
    try:
        place = urlsplit(settings.chroma_url)
        plain = place.scheme in {"http", "https"} and place.hostname and place.path in {"", "/"} and not place.query
        plain = plain and "@" not in place.netloc and (place.port or 1) > 0
    except ValueError:
        plain = False
    if not plain:
        raise SettingsError(
            "ASSISTANT_CHROMA_URL is no address of a server",
            hint="Write it like http://chroma:8000; a token or a login goes into ASSISTANT_CHROMA_TOKEN.",
        )
    return Server(settings.chroma_url.rstrip("/"), _secret(settings))


def _secret(settings: Settings) -> SecretStr:
    if settings.chroma_token_file is None:
        return settings.chroma_token
    try:
        return SecretStr(settings.chroma_token_file.read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingsError(
            f"the file of ASSISTANT_CHROMA_TOKEN_FILE cannot be read: {told}",
            hint="Name a file that holds the token and nothing else, and that this user may read.",
        ) from None


# --- one connection -------------------------------------------------------------------------


class Connection:
    """A client of the server. Every call raises ServerAway if the server is, and BrokenGeneration for any other fault.

    Chroma's own client asks who we are before it can be given a time limit, so we use what is behind it.
    """

    def __init__(self, server: Server, *, seconds: float = READ_SECONDS) -> None:
        import httpx  # noqa: PLC0415  (only who has a server waits for these)
        from chromadb.api import ServerAPI  # noqa: PLC0415
        from chromadb.config import Settings as Options  # noqa: PLC0415
        from chromadb.config import System  # noqa: PLC0415

        self.server = server
        options = Options(
            anonymized_telemetry=False,
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=server.url,
            chroma_server_http_port=0,  # asked for, and not used: the address has it
            chroma_server_headers=server.headers(),
        )
        self._api: ServerAPI = System(options).instance(ServerAPI)  # type: ignore[type-abstract]
        theirs: httpx.Client = cast("Any", self._api)._session
        limits = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
        # theirs waits for ever, and would go through a proxy that is meant for the world outside
        self._session = httpx.Client(headers=theirs.headers, timeout=limits, trust_env=False)
        theirs.close()
        cast("Any", self._api)._session = self._session

    def check(self) -> None:
        """Raise ServerAway unless the server answers us."""
        with self.asking():
            self._api.heartbeat()
            self._api.count_collections()

    def create(self, name: str, passages: int) -> Collection:
        """Return a new collection for so many passages. Raises BrokenGeneration if the server gives it a function."""
        with self.asking():
            return self._collection(self._api.create_collection(name, configuration=graph(passages)))

    def open(self, name: str) -> Collection:
        """Return a collection."""
        with self.asking():
            return self._collection(self._api.get_collection(name))

    def _collection(self, model: Any) -> Collection:
        """Return the collection; Chroma would make what its configuration names at the first write, so we look."""
        from chromadb import Collection  # noqa: PLC0415

        refuse_named([model.configuration_json, model.serialized_schema])
        return Collection(client=self._api, model=model, embedding_function=None)

    def remove(self, name: str) -> None:
        """Remove a collection; it may be gone already."""
        from chromadb.errors import NotFoundError  # noqa: PLC0415

        with self.asking(), suppress(NotFoundError):
            self._api.delete_collection(name)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Hold a call of the server, whose errors become ours."""
        import httpx  # noqa: PLC0415
        from chromadb.errors import ChromaError, InternalError, NotFoundError, RateLimitError  # noqa: PLC0415

        try:
            yield
        except (BrokenGeneration, ServerAway):
            raise
        except NotFoundError as error:
            raise BrokenGeneration("its collection is not in the Chroma server") from error
        except httpx.TransportError as error:
            told = str(error).rpartition("] ")[2] or type(error).__name__  # without the number of the error
            raise self._away(f"does not answer: {told}") from error
        except Exception as error:
            if isinstance(error, ChromaError) and not isinstance(error, InternalError | RateLimitError):
                raise BrokenGeneration(f"the Chroma server cannot search it: {error}") from error
            raise self._away(f"cannot be used: {str(error)[:200] or type(error).__name__}") from error

    def _away(self, what: str) -> ServerAway:
        return ServerAway(f"the Chroma server at {self.server.url} {what}", hint=_HINT)

    def wait_up_to(self, seconds: float) -> None:
        """Give each call so long from now on."""
        self._session.timeout = seconds

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()


@contextmanager
def connected(server: Server, *, seconds: float = READ_SECONDS) -> Iterator[Connection]:
    """Hold a connection to a server that answers, and then may take so long for each call. Raises ServerAway."""
    connection = Connection(server)
    try:
        connection.check()
        connection.wait_up_to(seconds)
        yield connection
    finally:
        connection.close()


# --- the collection of a generation -----------------------------------------------------------


def write(folder: Path, passages: Sequence[Passage], vectors: np.ndarray, server: Server) -> None:
    """Write the passages of the generation in `folder` into a collection of its own. Raises ServerAway."""
    name = f"passages-{folder.name}"
    (folder / FILE).write_text(name, "utf-8")
    with connected(server, seconds=WRITE_SECONDS) as connection:
        collection = connection.create(name, len(passages))
        with connection.asking():
            fill(collection, passages, vectors)


def collection_of(folder: Path) -> str:
    """Return the name of a generation's collection; empty if its passages are in the folder."""
    path = folder / FILE
    return path.read_text("utf-8") if path.is_file() else ""


def in_place(folder: Path, passages: int, server: Server | None) -> bool:
    """Return whether so many passages of a generation are where they are to be kept. Raises ServerAway."""
    name = collection_of(folder)
    if server is None or not name:
        return bool(server) == bool(name)
    with connected(server) as connection:
        try:
            collection = connection.open(name)
            with connection.asking():
                return collection.count() == passages
        except BrokenGeneration as error:
            log.warning("generation %s: %s", folder.name, error)
            return False


def remove(folder: Path, server: Server | None) -> None:
    """Remove a generation and its collection.

    While the server is away, the name of the collection stays in the folder, so that the next time removes it.
    """
    name = collection_of(folder)
    if name:
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != FILE:
                path.unlink(missing_ok=True)
        try:
            if server is None:
                raise ServerAway("no Chroma server is set")
            with connected(server, seconds=WRITE_SECONDS) as connection:
                connection.remove(name)
        except (ServerAway, BrokenGeneration) as error:
            log.warning("the collection %s is still to be removed: %s", name, error)
            return
    shutil.rmtree(folder, ignore_errors=True)


def open_store(folder: Path, server: Server | None, *, seconds: float = READ_SECONDS) -> Store:
    """Return the passages of a generation, opened for reading. Raises BrokenGeneration."""
    name = collection_of(folder)
    if not name:
        return Store(folder / "chroma")
    if server is None:
        raise BrokenGeneration("its passages are in a Chroma server, and ASSISTANT_CHROMA_URL is not set")
    return ServerStore(server, name, seconds=seconds)


class ServerStore(Store):
    """The collection of one generation in a server, opened when it is first asked for.

    Every method raises ServerAway while the server is away, at once if it was a moment ago.
    """

    def __init__(
        self, server: Server, name: str, *, seconds: float = READ_SECONDS, now: Callable[[], float] = monotonic
    ) -> None:
        self._name, self._now = name, now
        self._connection = Connection(server, seconds=seconds)
        self._lock = threading.Lock()
        self._opened_collection: Collection | None = None
        self._failed_at: float | None = None
        self._trying = False

    @property
    def away(self) -> bool:
        """Whether the server did not answer when it was last asked."""
        return self._failed_at is not None

    @property
    def collection(self) -> Collection:  # type: ignore[override]
        """The collection. Raises ServerAway, BrokenGeneration."""
        if self._opened_collection is None:
            self._opened_collection = self._connection.open(self._name)
        return self._opened_collection

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self._admit()
        try:
            with self._connection.asking():
                yield
        except ServerAway as error:
            self._ended(error)
            raise
        except BaseException:  # it answered, if not as we hoped
            self._ended(None)
            raise
        self._ended(None)

    def _admit(self) -> None:
        with self._lock:
            if self._failed_at is None:
                return
            if self._trying or self._now() - self._failed_at < REST_SECONDS:
                raise ServerAway("the Chroma server did not answer a moment ago", hint=_HINT)
            self._trying = True

    def _ended(self, error: ServerAway | None) -> None:
        """Note how a call ended; the log is told when that changes."""
        with self._lock:
            self._trying = False
            if error and self._failed_at is None:
                log.warning("%s; until it answers, every vector is compared", error)
            if not error and self._failed_at is not None:
                log.warning("the Chroma server at %s answers again", self._connection.server.url)
            self._failed_at = self._now() if error else None

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
