"""PAdES signatures as incremental updates of a PDF, with pyHanko (ND30.PL1.I.II.7, II.8).

The file is changed in place and read in pieces, so memory does not grow with its size. Images are
decoded and compressed once per process; the CMS is ours (adapters.cms), so neither the key nor the
certificate is parsed again for a signature. What the fields show is drawn in pdf_looks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    SigFieldSpec,
    SigSeedSubFilter,
    enumerate_sig_fields,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigAppearanceSetup,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import (
    DocumentTimestamp,
    PreparedByteRangeDigest,
    SignatureObject,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore

from congvu.signing.adapters import cms as cms_der
from congvu.signing.adapters.pdf_looks import Look, put_form
from congvu.signing.adapters.quicker import read_quicker
from congvu.signing.ports import (
    Evidence,
    FormField,
    Prepared,
    SignatureOrder,
    TooLarge,
    UnreadablePdf,
)

GAP_BYTES = 24576  # hex digits: room for a CMS of 12 KiB with its time-stamp; no dry run sizes it
STAMP_GAP_BYTES = 16384
read_quicker()


class PadesMaker:
    """The SignatureMaker on pyHanko."""

    def prepare(self, path: Path, order: SignatureOrder) -> Prepared:
        """Append fields, appearance and gap to the file in place; UnreadablePdf when it cannot."""
        with _reading_errors(), path.open("r+b") as file:
            writer = _Writer(file, strict=False)  # what scanners write is often a little wrong
            for form in order.forms:
                put_form(writer, form)
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
                    mdp_setup=_locked(order),
                    appearance_setup=SigAppearanceSetup(
                        style=Look(look=order.look), name=None, timestamp=order.claimed_at
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

    def complete(
        self,
        path: Path,
        made: Prepared,
        order: SignatureOrder,
        raw: bytes,
        time_stamp: bytes | None = None,
    ) -> None:
        """Fill the gap with a CMS around the raw signature and its time-stamp."""
        cms = cms_der.detached_cms(order.chain, made.attributes, raw, time_stamp)
        self.embed(path, made, cms)

    def embed(self, path: Path, made: Prepared, cms: bytes) -> None:
        """Fill the gap with a finished CMS; TooLarge leaves the gap as it is."""
        with path.open("r+b") as file:
            try:
                PreparedByteRangeDigest(made.digest, made.gap_from, made.gap_to).fill_with_cms(
                    file, cms
                )
            except SigningError as mistake:
                raise TooLarge from mistake

    def put_forms(self, path: Path, forms: Sequence[FormField]) -> None:
        """Append text fields, made or filled, as an update of their own."""
        with _reading_errors(), path.open("r+b") as file:
            writer = _Writer(file, strict=False)
            for form in forms:
                put_form(writer, form)
            writer.write_in_place()

    def add_evidence(self, path: Path, evidence: Evidence) -> None:
        """Append a security store (DSS); what is in it already is kept and not repeated."""
        with _reading_errors(), path.open("r+b") as file:
            writer = _Writer(file, strict=False)
            _store(writer, evidence)
            writer.write_in_place()

    def prepare_stamp(self, path: Path, prefix: str, evidence: Evidence | None) -> Prepared:
        """Append the security store and the gap of a document time-stamp, in one revision."""
        with _reading_errors(), path.open("r+b") as file:
            writer = _Writer(file, strict=False)
            if evidence is not None:
                _store(writer, evidence)
            field = _free_name(writer, prefix)
            spec = SigFieldSpec(field)
            steps = PdfCMSEmbedder(spec).write_cms(field, writer)
            next(steps)
            writer.register_extension(ESIC_EXTENSION_1)
            steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(STAMP_GAP_BYTES)))
            gap, _ = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
        return Prepared(
            gap.document_digest, b"", gap.reserved_region_start, gap.reserved_region_end
        )


def _free_name(writer: IncrementalPdfFileWriter, prefix: str) -> str:
    """`prefix` with the first number that no field of the file has."""
    there = {name for name, *_ in enumerate_sig_fields(writer.prev)}
    return next(name for number in count(1) if (name := f"{prefix}{number}") not in there)


def _store(writer: IncrementalPdfFileWriter, evidence: Evidence) -> None:
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(one) for one in evidence.certificates],
        crls=[crl.CertificateList.load(one) for one in evidence.lists],
        ocsps=[ocsp.OCSPResponse.load(one) for one in evidence.answers],
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


def _locked(order: SignatureOrder) -> SigMDPSetup | None:
    """The text fields that may not change once this signature stands (FieldMDP)."""
    if not order.locks:
        return None
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, list(order.locks))
    return SigMDPSetup(md_algorithm="sha256", field_lock=lock)
