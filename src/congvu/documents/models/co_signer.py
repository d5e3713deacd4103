"""Who signs a document before its signer (người cùng ký): minutes have a secretary and a chair."""

from __future__ import annotations

from django.db import models

from congvu.documents.models.acts import Signing
from congvu.documents.models.document import RESTRICT, Document
from congvu.kit.models import Row


class CoSigner(Row):
    """A posting that signs before the document's signer, in the order of `ordinal`.

    `label` stands above the name on the page ("THƯ KÝ"); "" is the title of the posting.
    `signing` is its signature, once put; none again when the draft goes back.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="co_signers")
    posting = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    ordinal = models.IntegerField()
    label = models.CharField(max_length=120, blank=True, default="")
    signing = models.OneToOneField(Signing, RESTRICT, null=True, related_name="co_signer")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "người cùng ký"
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["document", "ordinal"], name="one_co_signer_a_turn"),
            models.UniqueConstraint(fields=["document", "posting"], name="one_turn_a_co_signer"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.label}"
