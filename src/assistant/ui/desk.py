"""What a reader does on the page besides asking: returning to a conversation, changing a fact, moving a weight.

Knows nothing of Gradio. page.js sends what was done as JSON; each kind has its method here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assistant.answering.scorecard_decides import with_weights
from assistant.conversation.facts import edit
from assistant.errors import AssistantError
from assistant.records.changes import compare_now
from assistant.records.feedback import exported
from assistant.types import Conversation, Kept, KeptTurn, Rating, Scorecard, Turn
from assistant.ui import feedback
from assistant.ui.elements import NOTHING, Html
from assistant.ui.feedback import NO_RATINGS, Ratings
from assistant.ui.history import history_list
from assistant.ui.respond import NEW, Asking, Screen, clear, show
from assistant.ui.scorecard import scorecard_html

if TYPE_CHECKING:
    from assistant.build import LiveAssistant
    from assistant.records.store import Records

UNCHANGED = "The corpus was updated since; all that it cites still says the same."
NOT_KEPT = "Conversations are not kept here."


@dataclass(frozen=True, slots=True)
class Done:
    """What changes on the page; None leaves a part as it is."""

    screen: Screen = field(default_factory=Screen)
    ratings: Ratings | None = None
    history: Html | None = None
    reply: str = ""
    """What page.js is told: a file, a piece of HTML, or nothing."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One reader's page: the assistant, and what is kept for them."""

    live: LiveAssistant
    records: Records | None = None
    owner: str = "local"
    log_questions: bool = False
    """The audit log holds what was asked, not only by whom and from what it was answered."""

    # --- asking ----------------------------------------------------------------------------

    def asking(self, order: Mapping[str, Any], kept: Kept) -> Asking:
        """Return the question that an order asks: a new one, the last one with another fact, or an old one again.

        Args:
            order: `{"ask": question}`, `{"fact": {"name", "value", "new"}}` or `{"again": number}`.
            kept: the conversation on the page.
        """
        talk = kept.conversation
        if "fact" in order and talk.turns:
            changed = order["fact"]
            edited = edit(talk, changed["name"], changed["value"], changed["new"] or None)
            return Asking(talk.turns[-1].question, kept, edited)
        if "again" in order and 0 < order["again"] <= len(talk.turns):
            *before, again = talk.turns[: order["again"]]
            facts = before[-1].answer.evidence.query.facts if before and before[-1].answer else ()
            return Asking(again.question, kept, Conversation(tuple(before), facts), again.answer)
        return Asking(str(order.get("ask", "")), kept, talk)

    def keep(self, kept: Kept) -> Kept:
        """Return the conversation as it is stored now, with its last turn. Raises RecordsUnavailable."""
        if self.records is None:
            return kept
        index, answer = self.live.info(), kept.conversation.turns[-1].answer
        kept = self.records.save_turn(self.owner, kept.id or None, kept.conversation, index=index)
        if answer:
            asked = self.log_questions
            self.records.audit.add(self.owner, answer, index=index, conversation=kept.id, question=asked)
        return kept

    # --- the other doings ------------------------------------------------------------------

    def act(self, order: Mapping[str, Any], kept: Kept, ratings: Ratings) -> Done:
        """Return what changes on the page; what cannot be done is said in the list of conversations."""
        doings: dict[str, Callable[[Mapping[str, Any], Kept, Ratings], Done]] = {
            "list": self._list,
            "open": self._open,
            "rename": self._rename,
            "delete": self._delete,
            "rate": self._rate,
            "save": self._save,
            "weights": self._weights,
        }
        try:
            return doings[order["do"]](order, kept, ratings)
        except AssistantError as error:
            return Done(history=history_list((), problem=f"{error}. {error.hint}"))

    def arrive(self, asked: Mapping[str, str]) -> Done:
        """Return the page as its address names it: `c` is one of the reader's conversations, `shared` a token."""
        try:
            if self.records and asked.get("c"):
                return self._opened(self.records.get(self.owner, asked["c"]))
            if self.records and asked.get("shared"):
                return self._opened(replace(self.records.shared(asked["shared"]), id=""))
        except AssistantError as error:
            return Done(replace(clear(), now=NOTHING), history=history_list((), problem=f"{error}. {error.hint}"))
        return Done()

    def _list(self, order: Mapping[str, Any], kept: Kept, ratings: Ratings) -> Done:
        if self.records is None:
            return Done(history=history_list((), problem=NOT_KEPT))
        search = str(order.get("search", ""))
        listed = self.records.list(self.owner, search)
        return Done(history=history_list(listed, current=kept.id, search=search))

    def _open(self, order: Mapping[str, Any], kept: Kept, ratings: Ratings) -> Done:
        if self.records is None:
            return self._list(order, kept, ratings)
        opened = self.records.get(self.owner, order["id"])
        return replace(self._opened(opened), history=self._list({}, opened, ratings).history)

    def _opened(self, kept: Kept) -> Done:
        ratings = {t.number: t.rating for t in kept.turns if t.rating.thumb}
        changes = {turn.number: line for turn in kept.turns if (line := self._changed(kept, turn))}
        return Done(show(self.live, kept, ratings, changes=changes), ratings)

    def _changed(self, kept: Kept, turn: KeptTurn) -> str:
        """Return what a new generation of the index has changed for a turn, in one line; empty where none came."""
        answer = kept.conversation.turns[turn.number - 1].answer
        if answer is None or turn.index.get("generation") == self.live.info()["generation"]:
            return ""
        return compare_now(answer, turn.asked_at, self.live.document).summary or UNCHANGED

    def _rename(self, order: Mapping[str, Any], kept: Kept, ratings: Ratings) -> Done:
        if self.records:
            self.records.rename(self.owner, order["id"], order["title"])
        return self._list(order, kept, ratings)

    def _delete(self, order: Mapping[str, Any], kept: Kept, ratings: Ratings) -> Done:
        if self.records:
            self.records.delete(self.owner, order["id"])
        if order["id"] != kept.id:
            return self._list(order, kept, ratings)
        return replace(self._list(order, NEW, ratings), screen=clear(), ratings=NO_RATINGS)

    def _rate(self, order: Mapping[str, Any], kept: Kept, ratings: Ratings) -> Done:
        number = int(order["turn"])
        if not 0 < number <= len(kept.conversation.turns):
            return Done()
        ratings = feedback.rated(ratings, number, order["thumb"], order["reason"])
        rating = ratings.get(number, Rating())
        if self.records and kept.id:
            self.records.rate(self.owner, kept.id, number, rating.thumb, rating.reason)
        return Done(ratings=ratings)

    def _save(self, order: Mapping[str, Any], kept: Kept, ratings: Ratings) -> Done:
        return Done(reply=exported(kept.conversation, ratings))

    def _weights(self, order: Mapping[str, Any], kept: Kept, ratings: Ratings) -> Done:
        """Return the scorecard with other weights, in the conversation and for the page to put in place."""
        number, turns = int(order["turn"]), kept.conversation.turns
        answer = turns[number - 1].answer if 0 < number <= len(turns) else None
        if answer is None or answer.scorecard is None:
            return Done()
        card = with_weights(answer.scorecard, {str(k): float(v) for k, v in order["weights"].items()})
        changed = _with_scorecard(kept, number, card)
        return Done(Screen(kept=changed), reply=scorecard_html(card, number))


def _with_scorecard(kept: Kept, number: int, card: Scorecard) -> Kept:
    turns = list(kept.conversation.turns)
    said = turns[number - 1]
    assert said.answer is not None  # noqa: S101  the caller looked
    turns[number - 1] = Turn(said.question, replace(said.answer, scorecard=card), said.answer_text)
    return replace(kept, conversation=replace(kept.conversation, turns=tuple(turns)))
