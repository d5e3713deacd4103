"""Retention periods (thời hạn bảo quản): the code list of TT 05/2025/TT-BNV."""

from __future__ import annotations

RETENTION: dict[str, str] = {
    "01": "Vĩnh viễn",
    "02": "70 năm",
    "03": "50 năm",
    "04": "30 năm",
    "05": "20 năm",
    "06": "10 năm",
    "07": "Khác",
}
