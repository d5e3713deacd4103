"""PAdES signatures as incremental updates of a PDF, with pyHanko (ND30.PL1.I.II.7, II.8).

The file is changed in place and read in pieces, so memory does not grow with its size. Images are
decoded and compressed once per process; the CMS is ours (adapters.cms), so neither the key nor the
certificate is parsed again for a signature.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AppearanceContent, ResourceType
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigAppearanceSetup,
    SigIOSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest, SignatureObject
from pyhanko.stamp import BaseStampStyle

from congvu.signing.adapters import cms as cms_der
from congvu.signing.ports import PagePicture, Picture, Prepared, SignatureOrder, UnreadablePdf

GAP_BYTES = 16384  # hex digits: room for a CMS of 8 KiB; no dry run is needed to size it


class PadesMaker:
    """The SignatureMaker on pyHanko."""

    def prepare(self, path: Path, order: SignatureOrder) -> Prepared:
        """Append field, appearance and gap to the file in place; UnreadablePdf when it cannot."""
        with _reading_errors(), path.open("r+b") as file:
            writer = _Writer(file, strict=False)  # what scanners write is often a little wrong
            steps = PdfCMSEmbedder(_field(order)).write_cms(order.field, writer)
            next(steps)
            writer.ensure_output_version(version=(1, 7))
            writer.register_extension(ESIC_EXTENSION_1)
            steps.send(
                SigObjSetup(
                    sig_placeholder=SignatureObject(
                        bytes_reserved=GAP_BYTES,
                        subfilter=SigSeedSubFilter.PADES,
                        timestamp=order.claimed_at,
                        reason=order.reason or None,
                    ),
                    appearance_setup=SigAppearanceSetup(
                        style=_Look(look=order.look), name=None, timestamp=order.claimed_at
                    ),
                )
            )
            gap, _ = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
        attributes = cms_der.signed_attributes(order.chain[0], gap.document_digest)
        return Prepared(
            digest=hashlib.sha256(attributes).digest(),
            attributes=attributes,
            gap_from=gap.reserved_region_start,
            gap_to=gap.reserved_region_end,
        )

    def complete(self, path: Path, made: Prepared, order: SignatureOrder, raw: bytes) -> None:
        """Fill the gap with a CMS around the raw signature over `made.digest`."""
        self.embed(path, made, cms_der.detached_cms(order.chain, made.attributes, raw))

    def embed(self, path: Path, made: Prepared, cms: bytes) -> None:
        """Fill the gap with a finished CMS."""
        with path.open("r+b") as file:
            PreparedByteRangeDigest(made.digest, made.gap_from, made.gap_to).fill_with_cms(
                file, cms
            )


class _Writer(IncrementalPdfFileWriter):
    """A writer that leaves title and dates of the file as the author made them."""

    def _update_meta(self) -> None:
        """pyHanko would write the machine's present time here, beside the time of signing."""


@contextmanager
def _reading_errors() -> Iterator[None]:
    try:
        yield
    except SigningError as mistake:
        raise UnreadablePdf("field") from mistake
    except (PdfError, RecursionError, ValueError, KeyError, TypeError) as mistake:
        raise UnreadablePdf("damaged") from mistake


def _field(order: SignatureOrder) -> SigFieldSpec:
    box = tuple(round(edge, 3) for edge in order.box)
    return SigFieldSpec(order.field, on_page=order.page - 1, box=box)


# --- appearances -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Look(BaseStampStyle):
    """Fills the whole field with a picture, no border, no text."""

    look: Picture | PagePicture = field(kw_only=True)

    def create_stamp(self, writer: Any, box: Any, text_params: Any) -> _Appearance:
        return _Appearance(writer, box, self.look)


class _Appearance(AppearanceContent):
    def __init__(self, writer: Any, box: BoxConstraints, look: Picture | PagePicture) -> None:
        super().__init__(writer, box)
        self.look = look

    def render(self) -> bytes:
        width, height = float(self.box.width), float(self.box.height)
        if isinstance(self.look, PagePicture):
            painted, (left, bottom, own_width, own_height) = _page(self.writer, self.look.pdf)
            x_scale, y_scale = width / own_width, height / own_height
            x_shift, y_shift = -left * x_scale, -bottom * y_scale
        else:
            painted = _image(self.writer, self.look.png)
            x_scale, y_scale, x_shift, y_shift = width, height, 0.0, 0.0
        self.set_resource(ResourceType.XOBJECT, generic.pdf_name("/Look"), painted)
        return b"q %f 0 0 %f %f %f cm /Look Do Q" % (x_scale, y_scale, x_shift, y_shift)


def _page(writer: Any, pdf: bytes) -> tuple[Any, tuple[float, float, float, float]]:
    painted = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(pdf)))
    x_0, y_0, x_1, y_1 = (float(edge) for edge in painted.get_object()["/BBox"])
    return painted, (min(x_0, x_1), min(y_0, y_1), abs(x_1 - x_0), abs(y_1 - y_0))


@dataclass(frozen=True)
class _Pixels:
    width: int
    height: int
    colour: bytes  # deflated RGB
    shape: bytes  # deflated alpha


@lru_cache(maxsize=512)
def _pixels(png: bytes) -> _Pixels:
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    alpha = image.getchannel("A")
    return _Pixels(
        image.width,
        image.height,
        zlib.compress(image.convert("RGB").tobytes(), 9),
        zlib.compress(alpha.tobytes(), 9),
    )


def _image(writer: Any, png: bytes) -> Any:
    pixels = _pixels(png)
    mask = _image_stream(pixels, "/DeviceGray", pixels.shape)
    image = _image_stream(pixels, "/DeviceRGB", pixels.colour)
    image[generic.pdf_name("/SMask")] = writer.add_object(mask)
    return writer.add_object(image)


def _image_stream(pixels: _Pixels, colours: str, deflated: bytes) -> Any:
    name, number = generic.pdf_name, generic.NumberObject
    return generic.StreamObject(
        {
            name("/Type"): name("/XObject"),
            name("/Subtype"): name("/Image"),
            name("/Width"): number(pixels.width),
            name("/Height"): number(pixels.height),
            name("/BitsPerComponent"): number(8),
            name("/ColorSpace"): name(colours),
            name("/Filter"): name("/FlateDecode"),
        },
        encoded_data=deflated,
    )
