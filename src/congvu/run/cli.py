"""The `congvu` command: one word per duty; each is loaded only when it is called for."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass

from congvu.run.cluster import DatabaseRefused


@dataclass(frozen=True)
class Command:
    """target is "module:function"; the function takes the remaining words, returns an exit code."""

    target: str
    purpose: str


COMMANDS = {
    "up": Command("congvu.run.up:up", "khởi động hệ thống: cơ sở dữ liệu, web, tiến trình nền"),
    "demo": Command("congvu.run.up:demo", "như up, thêm dữ liệu trình diễn và bảng tài khoản"),
    "play": Command("congvu.run.play:main", "đi trọn việc chính không cần trình duyệt"),
    "bench": Command("congvu.run.bench:main", "đo hiệu năng"),
    "migrate": Command("congvu.run.commands:migrate", "đưa cơ sở dữ liệu lên phiên bản mới"),
    "manage": Command("congvu.run.commands:manage", "lệnh quản trị của Django"),
    "audit": Command("congvu.run.commands:audit", "audit verify: kiểm tra nhật ký từ đầu đến cuối"),
    "first-admin": Command(
        "congvu.run.commands:first_admin", "cấp mã dùng một lần cho quản trị viên đầu tiên"
    ),
    "clauses": Command("congvu.run.commands:clauses", "tính bảng điều khoản và nơi thực hiện"),
}


def usage() -> str:
    lines = [f"  congvu {name:<12} {command.purpose}" for name, command in COMMANDS.items()]
    return "\n".join(["Cách dùng:", *lines])


def main() -> int:
    """Entry of the console script; the exit code tells whether the command succeeded."""
    words = sys.argv[1:]
    if not words or words[0] not in COMMANDS:
        asked_for_help = bool(words) and words[0] in ("-h", "--help", "help")
        print(usage(), file=sys.stdout if asked_for_help else sys.stderr)
        return 0 if asked_for_help else 2
    module, _, function = COMMANDS[words[0]].target.partition(":")
    try:
        return int(getattr(importlib.import_module(module), function)(words[1:]) or 0)
    except DatabaseRefused as refusal:
        print(f"Không mở được cơ sở dữ liệu. {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
