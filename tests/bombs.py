"""Small files that cost a parser much: each was seen to take gigabytes, minutes or both somewhere."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def word(body: str, *, head: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """Return a Word file with this body."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        document = f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", document)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return data.getvalue()


def pdf(content: bytes, pages: int = 1) -> bytes:
    """Return a PDF whose pages share one compressed content stream."""
    packed = zlib.compress(content, 9)
    kids = " ".join(f"{number} 0 R" for number in range(5, 5 + pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 3 0 R>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
        *[page] * pages,
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, written in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj %s endobj\n" % (number, written))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, start))
    return out.getvalue()


LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"
)
OUTSIDE = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
SAY = "<w:p><w:r><w:t>%s</w:t></w:r></w:p>"


def _unlike(pieces: int) -> str:
    """Return paragraphs that pack so little that their archive is not taken for a bomb."""
    chance = random.Random(7)
    return "".join(f'<w:p w:r="{chance.randrange(10**9)}"/>' for _ in range(pieces))


QUICK: dict[str, Callable[[], tuple[str, bytes]]] = {
    "empty paragraphs, packed 300 times": lambda: ("many.docx", word("<w:p/>" * 1_500_000)),
    "entities in entities": lambda: ("laughs.docx", word(SAY % "&a9;", head=LAUGHS)),
    "an entity that is a file": lambda: ("outside.docx", word(SAY % "words &e;", head=OUTSIDE)),
    "a zip in a zip": lambda: ("nested.docx", word(SAY % "x", more={"a.zip": word("<w:p/>" * 3_000_000)})),
    "more entries than a document has": lambda: ("entries.docx", word("", more={f"{n}": b"" for n in range(3_000)})),
    "200,000 attributes": lambda: ("attributes.html", b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">x"),
    "nothing": lambda: ("nothing.pdf", b""),
    "no PDF": lambda: ("no.pdf", b"MZ" + bytes(500)),
}
"""Over within a second or two each."""

SLOW: dict[str, Callable[[], tuple[str, bytes]]] = {
    "tags in tags": lambda: ("deep.html", b"<div>" * 300_000 + b"x"),
    "1,500,000 paragraphs that pack badly": lambda: ("unlike.docx", word(_unlike(1_500_000))),
    "operators packed a thousand times": lambda: ("operators.pdf", pdf(b"BT /F1 9 Tf " + b"(a) Tj T* " * 4_000_000)),
    "a stream of 400 MB": lambda: ("stream.pdf", pdf(bytes(400_000_000))),
    "10,000 pages": lambda: ("pages.pdf", pdf(b"BT /F1 9 Tf 50 700 Td (A page of words.) Tj ET", 10_000)),
    "links in links": lambda: ("links.md", b"[a](" * 200_000),
    "quotes in quotes": lambda: ("quotes.md", b"> " * 200_000 + b"x"),
    "one line of 15 MB": lambda: ("line.txt", b"word " * 3_000_000),
    "100 MB": lambda: ("large.txt", b"word " * 20_000_000),
}
"""These take seconds, or all that they may."""
