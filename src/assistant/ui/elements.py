"""HTML that cannot hold anything unescaped.

A plain `str` is text and is escaped wherever it goes; only `Html` passes, and only this module
makes it. Forgetting something therefore shows too many characters, never too many tags.
"""

from __future__ import annotations

import html
import re


class Html(str):
    """A piece of HTML; everything in it that came from outside went through `text`."""

    __slots__ = ()


NOTHING = Html()

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, marks that turn the reading direction, and lone surrogates."""

_BREAK = re.compile("\r\n|[\r\n\u2028\u2029]")


def text(value: str) -> Html:
    r"""Return the text as HTML that shows it as it is, on one line of source.

    Line breaks become references, because an empty line would end an HTML block for the Markdown
    component that shows it, and what follows would be read as Markdown.

    >>> text("<img src=x>\n\n# ${1}")
    '&lt;img src=x&gt;&#10;&#10;# ${1}'
    """
    return Html(_BREAK.sub("&#10;", html.escape(_UNSEEN.sub("\ufffd", value))))


def join(*parts: str) -> Html:
    """Return the parts one after the other; plain text among them is escaped."""
    return Html("".join(part if isinstance(part, Html) else text(part) for part in parts))


def element(tag: str, /, *children: str, **attributes: str | bool | None) -> Html:
    """Return one element; plain text among children and attribute values is escaped.

    An attribute's underscores become hyphens and a last one is dropped (`class_`); True gives the
    name alone, None and False leave it out.

    >>> element("p", "1 < 2", class_="note", hidden=True)
    '<p class="note" hidden>1 &lt; 2</p>'
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{join(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{tag}{written}>{join(*children)}</{tag}>")
