"""Compares a file that came back from a plug-in with what was served; runs in the sandbox.

States facts only: which signatures are new and where they stand, how far the pages were changed
since the file was served, and whether words of the pages were lost or added. The pages are compared
object by object, because later revisions of a PDF may redefine anything: that the old bytes are
still there does not say that they are still shown.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, BinaryIO

import pikepdf
import pypdfium2
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from pikepdf import Array, Dictionary, Object, Pdf, Stream
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

LONGEST_ADDED = 2000
MOST_ISSUERS = 5
DEEPEST = 100
# What leads out of a page again, or names objects by numbers that a program may choose anew.
_WAYS_OUT = frozenset({"/Parent", "/P", "/StructParent", "/StructParents", "/Annots"})
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_OF_THE_FILE = ("/OCProperties", "/OpenAction", "/AA", "/Names", "/PageLabels")
_FAULTS = (
    PdfError,
    pikepdf.PdfError,
    pypdfium2.PdfiumError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
)


def facts(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """`options["served"]`: how many bytes of `file` are the file as it was served.

    {"fault": "unreadable"} or "new" (field, page, box, issuers), "change" ("none", "annotations" or
    "content" of the pages) and the words of the pages: "lost" (bool), "added" and "noted" (of
    annotations). "shows": whether `options["seek"]` is seen once more than before, wherever.
    """
    content = file.read()
    served = content[: int(options["served"])]
    pool = [base64.b64decode(one) for one in options.get("issuers", ())]
    try:
        return {
            "fault": "",
            "new": _new(served, content, pool),
            **_pages(served, content),
            "shows": _shows(served, content, str(options.get("seek", ""))),
        }
    except _FAULTS:
        return {"fault": "unreadable"}


# --- signatures --------------------------------------------------------------------------------


def _new(served: bytes, content: bytes, pool: Sequence[bytes]) -> list[dict[str, Any]]:
    before = PdfFileReader(BytesIO(served), strict=False)
    after = PdfFileReader(BytesIO(content), strict=False)
    known = {name for name, _ in _signatures(before)}
    return [
        {"field": name, "issuers": _issuers(after, name, field, pool), **_place(after, field)}
        for name, field in _signatures(after)
        if name not in known
    ]


def _issuers(reader: PdfFileReader, name: str, field: Any, pool: Sequence[bytes]) -> list[str]:
    """The issuers of its certificate below the root, as far as the signature or `pool` has them."""
    try:
        signature = EmbeddedPdfSignature(reader, field, name)
        enclosed = [one.dump() for one in signature.other_embedded_certs]
        there = [x509.load_der_x509_certificate(one) for one in (*enclosed, *pool)]
        last = x509.load_der_x509_certificate(signature.signer_cert.dump())
    except (RecursionError, MemoryError):
        raise
    except Exception:  # a foreign CMS may break anything; the judge says what it is worth
        return []
    found: list[str] = []
    while len(found) < MOST_ISSUERS:
        issuer = next((one for one in there if _has_issued(one, last)), None)
        if issuer is None:
            break
        found.append(base64.b64encode(issuer.public_bytes(Encoding.DER)).decode())
        last = issuer
    return found


def _has_issued(issuer: x509.Certificate, one: x509.Certificate) -> bool:
    """Whether `issuer`, no root itself, has signed this certificate."""
    if issuer.subject == issuer.issuer or issuer.subject != one.issuer:
        return False
    try:
        one.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _signatures(reader: PdfFileReader) -> Iterator[tuple[str, Any]]:
    for name, value, reference in enumerate_sig_fields(reader, filled_status=True):
        if value is not None:
            yield name, reference.get_object()


def _place(reader: PdfFileReader, field: Any) -> dict[str, Any]:
    """Page (from 1) and [left, bottom, width, height] of the field; page 0: nothing is drawn."""
    one, two, three, four = (float(value) for value in field.get("/Rect", (0, 0, 0, 0)))
    left, right, bottom, top = min(one, three), max(one, three), min(two, four), max(two, four)
    if right - left < 1 or top - bottom < 1:
        return {"page": 0, "box": [0, 0, 0, 0]}
    return {"page": _page_of(reader, field), "box": [left, bottom, right - left, top - bottom]}


def _page_of(reader: PdfFileReader, field: Any) -> int:
    wanted = field.raw_get("/P") if "/P" in field else None
    for number in range(int(reader.root["/Pages"]["/Count"])):
        reference = reader.find_page_for_modification(number)[0]
        if reference.reference == getattr(wanted, "reference", None):
            return number + 1
    return 0


# --- pages -------------------------------------------------------------------------------------


def _pages(served: bytes, content: bytes) -> dict[str, Any]:
    with (
        Pdf.open(BytesIO(served), attempt_recovery=False) as old,
        Pdf.open(BytesIO(content), attempt_recovery=False) as new,
    ):
        change, noted = _change(old, new), _noted(old, new)
    return {"change": change, "noted": noted, **_words(served, content)}


def _change(old: Pdf, new: Pdf) -> str:
    if len(old.pages) != len(new.pages):
        return "content"
    of_file = [{key: file.Root.get(key) for key in _OF_THE_FILE} for file in (old, new)]
    if [_digest(one) for one in of_file[0].values()] != [
        _digest(one) for one in of_file[1].values()
    ]:
        return "content"
    is_signed_only = True
    for before, after in zip(old.pages, new.pages, strict=True):
        if _drawn(before.obj) != _drawn(after.obj):
            return "content"
        kept, now = _annotations(before.obj), _annotations(after.obj)
        if now.keys() & kept.keys() != kept.keys():
            return "content"  # one that stood there, perhaps a signature's, looks otherwise now
        is_signed_only &= all(_is_signature(now[one]) for one in now.keys() - kept.keys())
    return "none" if is_signed_only else "annotations"


def _drawn(page: Object) -> list[bytes]:
    """What draws the page itself: its own entries and those of the tree above it."""
    own = [_digest(page.get(key)) for key in sorted(page.keys()) if key not in _WAYS_OUT]
    return [*own, *(_digest(_inherited(page, key)) for key in _INHERITED)]


def _inherited(page: Object, key: str) -> Object | None:
    node: Object | None = page
    for _ in range(DEEPEST):
        if node is None or key in node:
            break
        node = node.get("/Parent")
    return node.get(key) if node is not None else None


def _annotations(page: Object) -> dict[bytes, Object]:
    return {_digest(one): one for one in page.get("/Annots", [])}


def _noted(old: Pdf, new: Pdf) -> str:
    """What new annotations that are no signatures say, in their own words."""
    said = [
        str(one.get(key, ""))
        for before, after in zip(old.pages, new.pages, strict=False)
        for mark, one in _annotations(after.obj).items()
        if mark not in _annotations(before.obj) and not _is_signature(one)
        for key in ("/Contents", "/V")
    ]
    return " ".join(" ".join(said).split())[:LONGEST_ADDED]


def _is_signature(annotation: Object) -> bool:
    kind = annotation.get("/FT") or annotation.get("/Parent", {}).get("/FT")
    return annotation.get("/Subtype") == "/Widget" and kind == "/Sig"


def _digest(value: Any, depth: int = 0) -> bytes:
    """One hash over an object and everything below it, the same wherever the objects lie."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    total = hashlib.sha256()
    if isinstance(value, Dictionary | Stream):
        for key in sorted(set(value.keys()) - _WAYS_OUT):
            total.update(key.encode() + _digest(value.get(key), depth + 1))
        if isinstance(value, Stream):
            total.update(value.read_raw_bytes())
    elif isinstance(value, Array):
        for one in value:
            total.update(_digest(one, depth + 1))
    else:
        total.update(repr(value).encode())
    return total.digest()


def _words(served: bytes, content: bytes) -> dict[str, Any]:
    """Words of the pages that are gone and that are new; widgets (signatures) do not count."""
    pairs = list(zip(_text(served), _text(content), strict=False))
    added = [word for old, new in pairs for word in (Counter(new) - Counter(old)).elements()]
    return {
        "lost": any(Counter(old) - Counter(new) for old, new in pairs),
        "added": " ".join(added)[:LONGEST_ADDED],
    }


def _shows(served: bytes, content: bytes, seek: str) -> bool:
    """Whether a text is seen more often than before: on the page, in a note, in a signature."""
    wanted = "".join(seek.split())
    if not wanted:
        return False
    before, after = (
        sum("".join(words).count(wanted) for words in _text(one, flat=True))
        for one in (served, content)
    )
    return after > before


def _text(content: bytes, *, flat: bool = False) -> list[list[str]]:
    """The words of every page; `flat`: with what annotations and fields show."""
    document = pypdfium2.PdfDocument(content)
    try:
        if flat:
            document.init_forms()
        if flat:
            for page in document:
                pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY)
                page.close()  # its text is read anew
        return [page.get_textpage().get_text_range().split() for page in document]
    finally:
        document.close()
