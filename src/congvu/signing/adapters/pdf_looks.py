"""What the fields of a signed PDF show: pictures, pages of the typesetter, texts filled in.

Nothing here is drawn: a picture or a typeset page fills its field, or the part of it that lies
under the field shows.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AppearanceContent, ResourceType
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import BaseStampStyle

from congvu.signing.ports import FormField, PagePicture, Picture

_PRINTED = 4  # annotation flag: the field is on paper too
_READ_ONLY = 1  # field flag


@dataclass(frozen=True)
class Look(BaseStampStyle):
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


# --- text fields -----------------------------------------------------------------------------


def put_form(writer: IncrementalPdfFileWriter, form: FormField) -> None:
    """Make an empty text field, or fill one that exists and set it read-only."""
    if form.words:
        _fill(writer, form)
    else:
        _make(writer, form)


def _make(writer: IncrementalPdfFileWriter, form: FormField) -> None:
    name, number = generic.pdf_name, generic.NumberObject
    page_ref = writer.find_page_for_modification(form.page - 1)[0]
    x_0, y_0, x_1, y_1 = form.box
    field_ref = writer.add_object(
        generic.DictionaryObject(
            {
                name("/Type"): name("/Annot"),
                name("/Subtype"): name("/Widget"),
                name("/FT"): name("/Tx"),
                name("/T"): generic.TextStringObject(form.name),
                name("/F"): number(_PRINTED),
                name("/Ff"): number(0),
                name("/DA"): generic.TextStringObject("0 g"),
                name("/P"): page_ref,
                name("/Rect"): _numbers(x_0, y_0, x_1, y_1),
                name("/AP"): generic.DictionaryObject(
                    {name("/N"): writer.add_object(_form_object((x_1 - x_0, y_1 - y_0), b""))}
                ),
            }
        )
    )
    _append(writer, page_ref.get_object(), "/Annots", field_ref)
    _append(writer, _interactive_form(writer), "/Fields", field_ref)


def _fill(writer: IncrementalPdfFileWriter, form: FormField) -> None:
    name = generic.pdf_name
    reference = _field_named(writer, form.name)
    annotation = reference.get_object()
    annotation[name("/V")] = generic.TextStringObject(form.words)
    annotation[name("/Ff")] = generic.NumberObject(_READ_ONLY)
    annotation[name("/AP")] = generic.DictionaryObject({name("/N"): _under(writer, form)})
    writer.mark_update(reference)


def _under(writer: IncrementalPdfFileWriter, form: FormField) -> Any:
    """The part of the look that lies under the field; the field's own box cuts the rest away."""
    if form.look is None or form.look_box is None:
        raise ValueError("a field is filled with what it shows")
    painted, (left, bottom, own_width, own_height) = _page(writer, form.look.pdf)
    x_0, y_0, x_1, y_1 = form.box
    x_scale = (form.look_box[2] - form.look_box[0]) / own_width
    y_scale = (form.look_box[3] - form.look_box[1]) / own_height
    drawing = b"q %f 0 0 %f %f %f cm /Look Do Q" % (
        x_scale,
        y_scale,
        form.look_box[0] - x_0 - left * x_scale,
        form.look_box[1] - y_0 - bottom * y_scale,
    )
    look = _form_object((x_1 - x_0, y_1 - y_0), drawing)
    look[generic.pdf_name("/Resources")] = generic.DictionaryObject(
        {
            generic.pdf_name("/XObject"): generic.DictionaryObject(
                {generic.pdf_name("/Look"): painted}
            )
        }
    )
    return writer.add_object(look)


def _form_object(size: tuple[float, float], drawing: bytes) -> Any:
    name = generic.pdf_name
    return generic.StreamObject(
        {
            name("/Type"): name("/XObject"),
            name("/Subtype"): name("/Form"),
            name("/BBox"): _numbers(0, 0, *size),
        },
        stream_data=drawing,
    )


def _numbers(*values: float) -> Any:
    return generic.ArrayObject(generic.FloatObject(f"{value:.3f}") for value in values)


def _interactive_form(writer: IncrementalPdfFileWriter) -> Any:
    name = generic.pdf_name
    if "/AcroForm" not in writer.root:
        made = generic.DictionaryObject({name("/Fields"): generic.ArrayObject()})
        writer.root[name("/AcroForm")] = writer.add_object(made)
        writer.update_root()
    return writer.root["/AcroForm"]


def _append(
    writer: IncrementalPdfFileWriter, holder: Any, key: str, reference: generic.IndirectObject
) -> None:
    if key in holder:
        holder[key].append(reference)
        writer.update_container(holder[key])
    else:
        holder[generic.pdf_name(key)] = generic.ArrayObject([reference])
        writer.update_container(holder)


def _field_named(writer: IncrementalPdfFileWriter, wanted: str) -> generic.Reference:
    fields = writer.root["/AcroForm"]["/Fields"]
    for place in range(len(fields)):
        reference = fields.raw_get(place)
        one = reference.get_object()
        if one.get("/T") == wanted and one.get("/FT") == "/Tx":
            return reference.reference
    raise PdfError(f"no text field {wanted}")
