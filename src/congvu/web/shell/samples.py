"""Sample content for the living page of the design system: long, real Vietnamese office prose.

Nothing here is read by any other page; people are invented, agencies come from the profile file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from congvu.kit import clock

PROFILE = Path(__file__).parents[2] / "orgs" / "data" / "phu-yen-2022.yaml"

LONG_SUBJECT = (
    "Về việc tăng cường niêm yết công khai thủ tục hành chính, tiếp nhận và xử lý phản ánh, kiến "
    "nghị của tổ chức, cá nhân trên Cổng Thông tin điện tử, đồng thời rà soát, cập nhật danh sách "
    "đầu mối kỹ thuật phục vụ liên thông văn bản điện tử giữa các sở, ban, ngành với Ủy ban nhân "
    "dân các huyện, thị xã, thành phố"
)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return clock.at_vietnam(2022, 2, day, hour, minute)


def navigation() -> list[dict[str, Any]]:
    """The rail of a clerk who uses nearly everything."""
    entries = [
        ("work", "Việc của tôi", "my-work", 6, True),
        ("incoming", "Văn bản đến", "inbox", 148, False),
        ("outgoing", "Văn bản đi", "outbox", 0, False),
        ("drafts", "Dự thảo", "draft", 3, False),
        ("signing", "Trình ký", "sign", 5, False),
        ("tasks", "Giao việc", "assign", 21, False),
        ("records", "Hồ sơ", "record", 0, False),
        ("mail", "Thư công vụ", "mail", 2, False),
        ("meetings", "Họp", "meeting", 0, False),
        ("reports", "Báo cáo", "report", 1, False),
        ("counter", "Một cửa", "counter", 0, False),
    ]
    return [
        {
            "key": key,
            "label": label,
            "icon": icon,
            "url": f"#{key}",
            "count": number or None,
            "late": late,
        }
        for key, label, icon, number, late in entries
    ]


ROWS: list[dict[str, Any]] = [
    {
        "tone": "late",
        "title": "Quá hạn",
        "rows": [
            {
                "number": "145/SNV-CCHC",
                "subject": LONG_SUBJECT,
                "sender": "Sở Nội vụ",
                "urgency": "express",
                "reason": "Chờ trả lời bên gửi",
                "deadline": {"text": "Quá hạn 3 giờ 20 phút", "state": "late"},
                "when": "07:30 14/02",
                "unread": True,
            },
            {
                "number": "12/UBND-VX",
                "subject": "Báo cáo kết quả thực hiện Quy chế làm việc trên môi trường "
                "điện tử tháng 01 năm 2022",
                "sender": "Ủy ban nhân dân huyện Tuy An",
                "urgency": "normal",
                "reason": {"text": "Bị trả lại", "tone": "error"},
                "deadline": {"text": "Quá hạn 1 ngày làm việc", "state": "late"},
                "when": "16:58 10/02",
            },
        ],
    },
    {
        "tone": "due",
        "title": "Hôm nay",
        "rows": [
            {
                "number": "45/TTr-SNV",
                "subject": "Tờ trình đề nghị ban hành Quy chế làm việc trên môi trường điện "
                "tử đối với các cơ quan nhà nước của tỉnh",
                "sender": "Sở Nội vụ",
                "urgency": "very_urgent",
                "reason": "Chờ Ông/Bà ký",
                "deadline": {"text": "Còn 2 giờ 10 phút", "state": "due"},
                "when": "08:15",
                "unread": True,
            },
            {
                "number": "08/GM-UBND",
                "subject": "Giấy mời họp trực tuyến giao ban công tác tháng 02",
                "sender": "Văn phòng Ủy ban nhân dân tỉnh",
                "urgency": "urgent",
                "reason": "Chờ đăng ký",
                "deadline": {"text": "Còn 4 giờ", "state": "due"},
                "when": "09:02",
            },
        ],
    },
    {
        "tone": "",
        "title": "Chưa đến hạn",
        "rows": [
            {
                "number": "77/BC-STC",
                "subject": "Báo cáo thu, chi ngân sách quý I",
                "sender": "Sở Tài chính",
                "urgency": "normal",
                "reason": "Chờ cho ý kiến",
                "deadline": {"text": "Còn 3 ngày làm việc", "state": "ok"},
                "when": "15:20 11/02",
            },
        ],
    },
    {
        "tone": "paused",
        "title": "Đang tạm dừng",
        "rows": [
            {
                "number": "19/TTr-SXD",
                "subject": "Tờ trình phê duyệt quy hoạch chi tiết 1/500 khu dân cư phía bắc "
                "thành phố Tuy Hòa",
                "sender": "Sở Xây dựng",
                "urgency": "normal",
                "reason": {"text": "Chờ bổ sung hồ sơ", "tone": "paused"},
                "deadline": {"text": "Tạm dừng từ 08/02", "state": "paused"},
                "when": "14:05 08/02",
            },
        ],
    },
]


def rows() -> list[dict[str, Any]]:
    """Work of every severity, with a subject of nearly 300 characters among it."""
    return ROWS


def why_received() -> dict[str, Any]:
    """The explanation of one received moment, with everything that the panel can show."""
    return {
        "value": _at(14, 7, 30),
        "explanation": "Đến lúc 18:40 thứ Sáu 11/02/2022, ngoài giờ làm việc; được tính là nhận "
        "lúc 07:30 thứ Hai 14/02/2022.",
        "clause": "QC.8.3.b",
        "calendar_version": "phu-yen-2022/1",
        "notes": (),
        "events": [
            {"at": _at(11, 18, 38), "text": "Bên gửi phát hành"},
            {"at": _at(11, 18, 40), "text": "Vào hệ thống của cơ quan nhận"},
        ],
        "skipped": [
            {"day": _at(12, 0), "reason": "thứ Bảy, ngày nghỉ hằng tuần"},
            {"day": _at(13, 0), "reason": "Chủ nhật, ngày nghỉ hằng tuần"},
        ],
    }


def why_late() -> dict[str, Any]:
    """The explanation of a deadline: counted intervals, a suspension, a caution."""
    return {
        "value": "Quá hạn 3 giờ 20 phút làm việc",
        "explanation": "Hạn trả lời là 02 giờ làm việc kể từ khi nhận.",
        "clause": "QC.9.2.b",
        "calendar_version": "phu-yen-2022/1",
        "notes": ("Lịch nghỉ chính thức năm 2023 chưa được nhập; các ngày sau đó là tạm tính.",),
        "intervals": [
            {"day": _at(14, 0), "span": "07:30 – 11:30", "minutes_text": "4 giờ"},
            {"day": _at(14, 0), "span": "13:30 – 14:50", "minutes_text": "1 giờ 20 phút"},
        ],
        "total": "5 giờ 20 phút",
        "suspensions": [{"span": "09:00 – 09:45", "reason": "Chờ cơ quan gửi bổ sung phụ lục"}],
    }


def timeline() -> list[dict[str, Any]]:
    """One document from arrival to a late answer: acts, opinions, receipts, clocks and views."""
    return [
        {
            "id": "e1",
            "at": _at(11, 18, 38),
            "text": "Phát hành tới 136 cơ quan, không gửi bản giấy",
            "who": "Trần Thị Bình, Văn thư Sở Nội vụ",
            "kind": "act",
        },
        {
            "id": "e2",
            "at": _at(11, 18, 40),
            "text": "Văn bản đã đến hệ thống",
            "kind": "receipt",
            "why": why_received(),
        },
        {
            "id": "e3",
            "at": _at(14, 7, 52),
            "text": "Đăng ký vào Sổ văn bản đến, số đến 128",
            "who": "Lê Văn Cường",
            "kind": "act",
            "tone": "valid",
        },
        {
            "id": "e4",
            "at": _at(14, 8, 30),
            "text": "Bút phê và phân công",
            "who": "Nguyễn Thị Hồng Nhung, Chánh Văn phòng",
            "kind": "opinion",
            "note": "Giao Phòng Cải cách hành chính chủ trì, phối hợp Phòng Công nghệ thông tin "
            "rà soát toàn bộ đầu mối kỹ thuật, dự thảo văn bản trả lời trước 16:00 hôm nay.",
        },
        {
            "id": "e5",
            "at": _at(14, 9, 0),
            "text": "Tạm dừng tính hạn: chờ bổ sung phụ lục",
            "kind": "clock",
            "tone": "paused",
        },
        {
            "id": "e6",
            "at": _at(14, 9, 30),
            "text": "Quá hạn trả lời; đã báo Chánh Văn phòng",
            "kind": "clock",
            "tone": "late",
            "why": why_late(),
        },
        {
            "id": "e7",
            "at": _at(14, 9, 41),
            "text": "Đã xem",
            "who": "Phạm Quốc Đạt",
            "kind": "view",
        },
    ]


def recipient_groups() -> list[dict[str, Any]]:
    """Every agency of the province's profile: departments, districts, communes by district."""
    province = yaml.safe_load(PROFILE.read_text(encoding="utf-8"))["agencies"][0]["children"]
    numbers = count(1)
    departments = [_place(numbers, one["name"]) for one in province["department"]]
    districts, parts = [], []
    for one in province["district"]:
        district = f"{one['type']} {one['own']}"
        districts.append(_place(numbers, f"Ủy ban nhân dân {district}"))
        communes = [
            _place(numbers, f"Ủy ban nhân dân {type_} {name}, {district}")
            for type_, names in one["children"]["commune"].items()
            for name in names
        ]
        parts.append({"name": f"UBND cấp xã: {district}", "agencies": communes})
    everyone = [one for part in parts for one in part["agencies"]]
    return [
        {"name": "Sở, ban, ngành", "agencies": departments},
        {"name": "UBND cấp huyện", "agencies": districts},
        {"name": "UBND cấp xã toàn tỉnh", "agencies": everyone, "parts": parts},
    ]


def _place(numbers: Iterator[int], name: str) -> dict[str, Any]:
    return {"id": next(numbers), "name": name}


def deliveries() -> list[dict[str, Any]]:
    """40 recipients in every state that a delivery can have."""
    states = [
        ("Đã tiếp nhận", "valid", ""),
        ("Đã đến", "active", ""),
        ("Đang gửi", "", ""),
        ("Đã gửi, chưa có phản hồi", "due", "Đã gửi lại 2 lần, lần sau lúc 10:15"),
        ("Từ chối tiếp nhận", "error", "Văn bản không thuộc thẩm quyền giải quyết của cơ quan"),
        ("Tạm dừng gửi", "paused", "Hệ thống nhận đang bảo trì"),
    ]
    groups = recipient_groups()
    places = groups[0]["agencies"] + groups[2]["agencies"][:20]
    return [
        {
            "agency": place["name"],
            "state": states[(index * index) % 6][0],
            "tone": states[(index * index) % 6][1],
            "note": states[(index * index) % 6][2],
            "at": _at(11, 18, 40 + index % 19),
            "why": why_received() if index < 2 else None,
        }
        for index, place in enumerate(places)
    ]


def units() -> list[dict[str, Any]]:
    """People of two units; one is away with a substitute."""
    return [
        {
            "label": "Phòng Cải cách hành chính",
            "people": [
                {"id": 1, "name": "Nguyễn Thị Hồng Nhung", "title": "Trưởng phòng"},
                {
                    "id": 2,
                    "name": "Phạm Quốc Đạt",
                    "title": "Phó Trưởng phòng",
                    "absent": "nghỉ đến 18/02, Lê Văn Cường thay",
                },
                {"id": 3, "name": "Lê Văn Cường", "title": "Chuyên viên"},
                {"id": 4, "name": "Huỳnh Công Tôn Nữ Thị Minh Nguyệt", "title": "Chuyên viên"},
            ],
        },
        {
            "label": "Văn phòng Sở",
            "people": [
                {"id": 5, "name": "Trần Thị Bình", "title": "Văn thư"},
                {"id": 6, "name": "Đỗ Hữu Phước", "title": "Chánh Văn phòng"},
            ],
        },
    ]


def page_texts() -> list[str]:
    """Two pages of words: what the viewer shows when the reader asks for plain text."""
    first = (
        "ỦY BAN NHÂN DÂN TỈNH PHÚ YÊN\nSố: 03/2022/QĐ-UBND\n\nQUYẾT ĐỊNH\nBan hành Quy chế làm "
        "việc trên môi trường điện tử đối với các cơ quan nhà nước của tỉnh Phú Yên\n\nĐiều 1. Ban "
        "hành kèm theo Quyết định này Quy chế làm việc trên môi trường điện tử đối với các cơ quan "
        "nhà nước của tỉnh Phú Yên.\n\nĐiều 2. Quyết định này có hiệu lực từ ngày 18 tháng 02 năm "
        "2022."
    )
    second = (
        "Điều 1. Phạm vi điều chỉnh\n\nQuy chế này quy định về những công việc, hoạt động của các "
        "cơ quan nhà nước của tỉnh được thực hiện trên môi trường điện tử; phương thức làm việc "
        "và trách nhiệm của cơ quan nhà nước, của cán bộ, công chức, viên chức trong thực hiện "
        "công việc trên môi trường điện tử."
    )
    return [first, second]


def differences() -> list[dict[str, str]]:
    """Two versions of one draft."""
    return [
        {"kind": "skip", "text": "12 đoạn không đổi"},
        {"kind": "same", "text": "Điều 2. Hiệu lực thi hành"},
        {"kind": "removed", "text": "Quyết định này có hiệu lực kể từ ngày ký."},
        {
            "kind": "added",
            "text": "Quyết định này có hiệu lực từ ngày 18 tháng 02 năm 2022.",
        },
        {"kind": "same", "text": "Điều 3. Trách nhiệm thi hành"},
    ]


def signatures() -> list[dict[str, Any]]:
    """One card for each of the three verdicts."""
    return [
        {
            "verdict": "valid",
            "name": "Nguyễn Thị Hồng Nhung",
            "title": "Giám đốc",
            "agency": "Sở Nội vụ tỉnh Phú Yên",
            "at": _at(11, 18, 36),
            "says": "Chữ ký toàn vẹn, chứng thư còn hiệu lực lúc ký, có dấu thời gian.",
            "details": [
                ("Chủ thể", "Nguyễn Thị Hồng Nhung, Sở Nội vụ tỉnh Phú Yên"),
                ("Nơi cấp", "CA dùng thử của hệ thống"),
                ("Số sê-ri", "4a:91:0c:7e:52:bb:1d:03"),
                ("Hiệu lực", "01/01/2022 đến 31/12/2026"),
            ],
            "demo": True,
            "id": "sig1",
        },
        {
            "verdict": "invalid",
            "name": "Không đọc được chủ thể",
            "says": "Nội dung đã bị thay đổi sau khi ký (byte 48.213 trở đi).",
        },
        {
            "verdict": "unknown",
            "name": "Trần Văn Lâm",
            "agency": "Công ty TNHH Hải sản Xuân Đài",
            "kind": "Chữ ký số của tổ chức ngoài hệ thống",
            "says": "Chưa tải được danh sách thu hồi của nơi cấp. Hệ thống sẽ kiểm tra lại.",
        },
    ]
