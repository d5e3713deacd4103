"""The structure of a foreign file, looked at inside the sandbox: what it is, what it carries.

Called by the gate through `run_limited`; nothing here runs in a process that serves. A feature is
a short word ("javascript", "macros"); which features an entrance refuses, `gate` says (S.31).
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import pikepdf
from PIL import Image

from congvu.kit.secret_marks import marks_of_image, marks_of_packed, marks_of_pdf

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG = "image/png"
JPEG = "image/jpeg"
A4 = (595.28, 841.89)

MEGABYTE = 1 << 20
MOST_UNPACKED = 400 * MEGABYTE
MOST_ENTRIES = 5_000
MOST_RATIO, RATIO_COUNTS_FROM = 100, 10 * MEGABYTE
MOST_OBJECTS = 300_000
MOST_PAGES = 5_000
LONGEST_SIDE = 14_400.0  # points: the limit of the format itself
MOST_PIXELS = 120_000_000
MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".docx", ".xlsx", ".pptx", ".jar")
_PROGRAMS = (".exe", ".dll", ".bat", ".cmd", ".js", ".vbs", ".ps1", ".scr", ".msi", ".lnk")
# Whole texts that Word takes in when it opens the file ("alternative format chunks").
_CHUNKS = (".htm", ".html", ".mht", ".rtf", ".txt", ".dotx", ".doc")
_ACTION_WORDS = {"/JavaScript": "javascript", "/Launch": "launch", "/ImportData": "launch"}
_LINKED_OUTSIDE = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
_TAG = re.compile(r"<[^>]*>")
MOST_NOTE = 20_000
_HYPERLINK = re.compile(rb"relationships/hyperlink[\"']")


def screen(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """Facts of a file: mime, fault ("" for none), features, pages, page_size, marks.

    `options["marks"]`: also look for marks of state secrets, and for `options["words"]`.
    """
    start = file.read(4096)
    file.seek(0)
    kind = kind_of(start)
    looks = {"pdf": _pdf, "zip": _packed, "image": _image}
    wanted = tuple(options.get("words", ())) if options.get("marks") else None
    facts = found("") if not kind else looks[kind](file, wanted)
    if not facts["fault"] and _is_two_things(file, kind, start):
        facts["fault"] = "polyglot"
    if not facts["fault"] and _holds(file, EICAR):
        facts["fault"] = "malware"
    return facts


def kind_of(start: bytes) -> str:
    """Which family the first bytes say: "pdf", "zip", "image", or "" for anything else."""
    if start.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return "image"
    if start.startswith(b"PK\x03\x04"):
        return "zip"
    return "pdf" if b"%PDF-" in start[:1024] else ""


def found(
    mime: str,
    *,
    fault: str = "",
    features: tuple[str, ...] = (),
    pages: int | None = None,
    page_size: tuple[float, float] = A4,
    marks: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What a look gives: plain values, so that they cross the sandbox's wall."""
    return {
        "mime": mime,
        "fault": fault,
        "features": list(features),
        "pages": pages,
        "page_size": page_size,
        "marks": dict(marks or {}),
    }


# --- PDF -----------------------------------------------------------------------------------------


def _pdf(file: BinaryIO, words: tuple[str, ...] | None) -> dict[str, Any]:
    try:
        with pikepdf.open(file, attempt_recovery=False) as pdf:
            pages = len(pdf.pages)
            if pdf.is_encrypted or not pages:
                return found(PDF, fault="encrypted" if pdf.is_encrypted else "no_pages")
            left, bottom, right, top = (float(edge) for edge in pdf.pages[0].mediabox)
            size = (right - left, top - bottom)
            if pages > MOST_PAGES or max(map(abs, size)) > LONGEST_SIDE or min(size) <= 0:
                return found(PDF, fault="too_heavy")
            features = tuple(sorted(set(_pdf_features(pdf))))
            names, notes = list(_pdf_names(pdf)), list(_pdf_notes(pdf))
    except pikepdf.PasswordError:
        return found(PDF, fault="encrypted")
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError):
        return found(PDF, fault="damaged")
    if "too_many" in features:
        return found(PDF, fault="too_heavy")
    file.seek(0)
    marks = marks_of_pdf(file, names, notes, words) if words is not None else None
    return found(PDF, features=features, pages=pages, page_size=size, marks=marks)


def _pdf_names(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What names the file: its properties, old and new, and the titles of its bookmarks."""
    yield from (str(value) for value in pdf.docinfo.values())
    described = pdf.Root.get("/Metadata")
    if isinstance(described, pikepdf.Stream):
        text = described.read_bytes()[:MEGABYTE].decode("utf-8", "replace")
        yield from (part.strip() for part in _TAG.split(text) if part.strip())
    for thing in pdf.objects:
        is_bookmark = isinstance(thing, pikepdf.Dictionary) and "/Title" in thing
        if is_bookmark and "/Parent" in thing:
            yield str(thing["/Title"])


def _pdf_notes(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What is written on the pages without being their text: notes, stamps, fields of a form."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary):
            for key in ("/Contents", "/V", "/T"):
                written = thing.get(key)
                if isinstance(written, pikepdf.String):
                    yield str(written)[:MOST_NOTE]


def _pdf_features(pdf: pikepdf.Pdf) -> Iterator[str]:
    if len(pdf.objects) > MOST_OBJECTS:
        yield "too_many"
        return
    root = pdf.Root
    if "/AA" in root:
        yield "open_action"
    if isinstance(root.get("/OpenAction"), pikepdf.Dictionary) and root.OpenAction.get(
        "/S"
    ) not in {"/GoTo", None}:
        yield "open_action"
    if "/XFA" in (root.get("/AcroForm") or {}):
        yield "xfa"
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
            yield from _dictionary_features(thing)


def _dictionary_features(thing: Any) -> Iterator[str]:
    action = str(thing.get("/S", ""))
    if action in _ACTION_WORDS:
        yield _ACTION_WORDS[action]
    if "/JS" in thing or "/JavaScript" in thing:
        yield "javascript"
    if "/EmbeddedFiles" in thing or ("/EF" in thing):
        yield "embedded"
        if str(thing.get("/UF", thing.get("/F", ""))).lower().endswith(_PROGRAMS):
            yield "program"
    if str(thing.get("/Subtype", "")) in {"/RichMedia", "/Movie", "/Sound", "/3D", "/Screen"}:
        yield "rich_media"


# --- packed Office files -------------------------------------------------------------------------


def _packed(file: BinaryIO, words: tuple[str, ...] | None) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(file) as packed:
            entries = packed.infolist()
            mime = next(
                (MAIN_PARTS[one.filename] for one in entries if one.filename in MAIN_PARTS), ""
            )
            if fault := _packed_fault(entries):
                return found(mime, fault=fault)
            if not mime:
                return found("")
            features = tuple(sorted(set(_packed_features(packed, entries))))
            if "doctype" in features:
                return found(mime, fault="doctype")
            marks = marks_of_packed(packed, words) if words is not None else None
            return found(mime, features=features, marks=marks)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, KeyError):
        return found("", fault="damaged")
    except RuntimeError:  # zipfile's word for an entry under a password
        return found("", fault="encrypted")


def _packed_fault(entries: list[zipfile.ZipInfo]) -> str:
    names = [one.filename for one in entries]
    unpacked = sum(one.file_size for one in entries)
    packed = sum(one.compress_size for one in entries)
    is_bomb = unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * max(packed, 1)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or is_bomb:
        return "too_heavy"
    if any(one.flag_bits & 1 for one in entries):
        return "encrypted"
    if len(set(names)) != len(names) or any(map(_is_bad_name, entries)):
        return "bad_path"
    return ""


def _is_bad_name(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    climbs = name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name
    return climbs or stat.S_ISLNK(entry.external_attr >> 16)


def _packed_features(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    for one in entries:
        name = one.filename.lower()
        if name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name:
            yield "macros"
        if "/activex/" in name:
            yield "active_x"
        if name.endswith(_PROGRAMS):
            yield "program"
        if "/embeddings/" in name or name.endswith((*_ARCHIVES, *_CHUNKS)):
            yield "embedded"
        if name.endswith((".xml", ".rels")):
            yield from _xml_features(name, packed.read(one))


def _xml_features(name: str, body: bytes) -> Iterator[str]:
    # Office writes UTF-8; in UTF-16 the words below would hide, and no reader of ours needs it.
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        yield "doctype"
    if name == "[content_types].xml" and b"macroEnabled" in body:
        yield "macros"
    if name.endswith(".rels"):
        outside = (link for link in _LINKED_OUTSIDE.findall(body) if not _HYPERLINK.search(link))
        if any(outside):
            yield "linked_outside"


# --- pictures ------------------------------------------------------------------------------------


def _image(file: BinaryIO, words: tuple[str, ...] | None) -> dict[str, Any]:
    try:
        with Image.open(file, formats=("PNG", "JPEG")) as picture:
            mime = PNG if picture.format == "PNG" else JPEG
            if picture.width * picture.height > MOST_PIXELS:
                return found(mime, fault="too_heavy")
            picture.load()
            marks = marks_of_image(picture) if words is not None else None
            return found(mime, marks=marks)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return found(PNG, fault="damaged")


# --- anything ------------------------------------------------------------------------------------


def _is_two_things(file: BinaryIO, kind: str, start: bytes) -> bool:
    """A file that another program would take for something else: nobody needs one."""
    file.seek(0)
    if kind == "pdf":
        before = start[: start.find(b"%PDF-")].lstrip()
        strange = (b"MZ", b"GIF8", b"\x7fELF", b"#!", b"<", b"RIFF", b"BM")
        return before.startswith(strange) or zipfile.is_zipfile(file)
    if kind == "image":
        return zipfile.is_zipfile(file)
    return kind == "zip" and b"%PDF-" in start[:1024]


def _holds(file: BinaryIO, wanted: bytes) -> bool:
    file.seek(0)
    kept = b""
    while chunk := file.read(MEGABYTE):
        if wanted in kept + chunk:
            return True
        kept = chunk[-len(wanted) :]
    return False


def as_file(content: bytes) -> BinaryIO:
    """Bytes as the file that `screen` reads (tests and inner files)."""
    return io.BytesIO(content)
