"""Uploads stay in memory, and the size limit holds while they are read (S.31, S.33).

Nothing that a visitor sends touches the disk before the gate has let it pass: no temporary files.
Past the limit the rest is read and thrown away, so that the page can say what was wrong instead
of the connection breaking.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class BoundedMemory(FileUploadHandler):
    """Keeps at most one byte more than the limit: enough for the gate to say "too large".

    The limit is for one request, whatever number of files it carries.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._room = settings.MAX_UPLOAD_BYTES + 1

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what there is room for."""
        piece = raw_data[: self._room]
        self._room -= len(piece)
        self._kept.write(piece)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file as it was sent, or its beginning; `size` is what was sent."""
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )
