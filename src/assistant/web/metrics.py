"""What a monitoring system asks for: figures in Prometheus' text format, of this process alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from assistant import __version__
from assistant.types import Answer, Conversation, Step

if TYPE_CHECKING:
    from assistant.build import LiveAssistant

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Told apart; a caller may make up any other."""

MEDIA_TYPE = CONTENT_TYPE_LATEST

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Upper ends of the classes of a latency: from a question answered from memory to one that a model writes."""


class Metrics:
    """The figures of one application; each has a registry of its own."""

    def __init__(self) -> None:
        # the time at which each figure was first counted would double the text
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "assistant_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "assistant_request_seconds", "From a request to the end of its answer.", ("route",),
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._answers = Counter(
            "assistant_answers", "Questions answered.", ("status", "form", "mode"), registry=registry
        )
        self._stages = Histogram(
            "assistant_answer_seconds", "Time of a question by stage.", ("stage",), buckets=SECONDS, registry=registry
        )
        self._refused = Counter("assistant_refused_requests", "Requests refused.", ("problem",), registry=registry)
        self._in_flight = Gauge("assistant_questions_in_flight", "Questions being worked on.", registry=registry)
        self._waiting = Gauge("assistant_questions_waiting", "Questions that wait for a place.", registry=registry)
        self._index = Gauge(
            "assistant_index", "What is answered from.", ("generation", "embedding_model"), registry=registry
        )
        self._documents = Gauge("assistant_index_documents", "Documents in the index.", registry=registry)
        self._passages = Gauge("assistant_index_passages", "Passages in the index.", registry=registry)
        Gauge("assistant_version", "The program.", ("version",), registry=registry).labels(__version__).set(1)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; `route` is its pattern, so that ids make no new series."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def answer(self, answer: Answer) -> None:
        """Count an answer."""
        self._answers.labels(answer.status, answer.form, answer.mode).inc()
        for stage, seconds in answer.seconds.items():
            self._stages.labels(stage).observe(seconds)

    def refused(self, problem: str) -> None:
        """Count a request that was refused, by the kind of problem."""
        self._refused.labels(problem).inc()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Count a question as waiting."""
        with self._waiting.track_inprogress():
            yield

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        """Count a question as being worked on."""
        with self._in_flight.track_inprogress():
            yield

    def text(self, index: Mapping[str, Any]) -> bytes:
        """Return all figures as Prometheus reads them."""
        self._index.clear()
        self._index.labels(str(index["generation"]), str(index["embedding_model"])).set(1)
        self._documents.set(index["documents"])
        self._passages.set(index["passages"])
        return generate_latest(self._registry)


def counted(live: LiveAssistant, metrics: Metrics) -> LiveAssistant:
    """Return the assistant; what is asked of this one is counted, whichever way it was asked."""
    return cast("LiveAssistant", _Counted(live, metrics))


class _Counted:
    """An assistant that is asked through `stream`; all else goes to the one behind it."""

    def __init__(self, live: LiveAssistant, metrics: Metrics) -> None:
        self._live = live
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._live, name)

    def stream(self, question: str, conversation: Conversation, **narrowed: Any) -> Iterator[Step]:
        """Yield what the line yields."""
        with self._metrics.in_flight():
            for step in self._live.stream(question, conversation, **narrowed):
                if isinstance(step, Answer):
                    self._metrics.answer(step)
                yield step
