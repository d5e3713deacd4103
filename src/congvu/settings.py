"""Settings, all from the environment (docs/configuration table in README.md).

The only place that names adapters.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent
REPOSITORY = PACKAGE.parent.parent
VAR = Path(os.environ.get("CONGVU_VAR", REPOSITORY / "var"))

DEBUG = os.environ.get("CONGVU_DEBUG") == "1"
PRODUCTION = os.environ.get("CONGVU_PRODUCTION") == "1"
if DEBUG and PRODUCTION:
    raise RuntimeError("CONGVU_DEBUG=1 không được dùng cùng CONGVU_PRODUCTION=1")  # S.30


def _secret_key() -> str:
    """A secret of this installation, made once and kept in a file only its owner reads."""
    if given := os.environ.get("CONGVU_SECRET_KEY"):
        return given
    place = VAR / "secret-key"
    if not place.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        fresh = place.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, place)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return place.read_text()


SECRET_KEY = _secret_key()
PUBLIC_ADDRESS = os.environ.get("CONGVU_ADDRESS", "http://127.0.0.1:8022")
# The loopback is where the start-up asks whether we are well; CONGVU_HOSTS adds further names.
_NAMES = ["127.0.0.1", "localhost", "[::1]", urlsplit(PUBLIC_ADDRESS).hostname or ""]
ALLOWED_HOSTS = [n for n in [*_NAMES, *os.environ.get("CONGVU_HOSTS", "").split(",")] if n]
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS] if PUBLIC_ADDRESS.startswith("https") else []
TRUSTED_PROXIES = [p for p in os.environ.get("CONGVU_TRUSTED_PROXIES", "").split(",") if p]
# Networks of the agencies themselves; from anywhere else a second factor is asked (S.05).
# Empty: the private address ranges.
INTERNAL_NETWORKS = [n for n in os.environ.get("CONGVU_INTERNAL_NETWORKS", "").split(",") if n]
# Room for the audit log; alarms at 70, 85 and 95 percent (S.17). Nothing is dropped when full.
AUDIT_QUOTA_BYTES = int(os.environ.get("CONGVU_AUDIT_QUOTA_GB", "20")) * 1024**3

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django_htmx",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "congvu.kit",
    "congvu.audit",
    "congvu.orgs",
    "congvu.incidents",
    "congvu.accounts",
    "congvu.systems",
    "congvu.timers",
    "congvu.signing",
    "congvu.channels",
    "congvu.mailboxes",
    "congvu.bulk",
    "congvu.documents",
    "congvu.exchange",
    "congvu.publicity",
    "congvu.tasks",
    "congvu.records",
    "congvu.web",
]
MIDDLEWARE = [
    "congvu.web.shell.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "congvu.web.shell.middleware.one_transaction",
    "congvu.web.shell.middleware.refusals",
    "django.middleware.csrf.CsrfViewMiddleware",
    "congvu.web.shell.middleware.sign_in_state",
    # "Đã ..." after an order travels to the next page in a signed cookie; nothing is kept here.
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
ROOT_URLCONF = "congvu.web.urls"
WSGI_APPLICATION = "congvu.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            PACKAGE / "web" / "shell" / "templates",
            PACKAGE / "web" / "desk" / "templates",
            PACKAGE / "web" / "public" / "templates",
        ],
        "OPTIONS": {"environment": "congvu.web.environment.environment"},
    },
]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Without a limit a connection that a dying server has taken and never answers is waited
        # for over two minutes.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 2, "connect_timeout": 10},
    }


DATABASES = {
    "default": _database(
        os.environ.get("DATABASE_URL", "postgresql://congvu_owner@127.0.0.1:5432/congvu")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The worker knows a job only when its module was imported: every room's jobs.py is.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_CODE = "vi"
USE_I18N = False

STATIC_URL = "/tinh/"
STATICFILES_DIRS = [PACKAGE / "web" / "shell" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

CONGVU_FILES = Path(os.environ.get("CONGVU_FILES", VAR / "files"))
CONGVU_VAULT = Path(os.environ.get("CONGVU_VAULT", VAR / "vault"))  # restricted files, sealed
# A second store on another disk, from which damaged files are mended; empty: none.
CONGVU_FILES_COPY = os.environ.get("CONGVU_FILES_COPY", "")
CONGVU_KEYS = Path(os.environ.get("CONGVU_KEYS", VAR / "keys"))
# Roads between agencies -> adapters (the only place that names them).
EXCHANGE_ROADS = {"loopback": "congvu.exchange.adapters.loopback.Loopback"}

CONGVU_ADAPTERS = {
    "mailboxes.server": "congvu.mailboxes.adapters.imap.ImapServer",
    "signing.maker": "congvu.signing.adapters.pyhanko_pades.PadesMaker",
    "signing.judge": "congvu.signing.adapters.pyhanko_judge.SandboxedJudge",
    "signing.revocation": "congvu.signing.adapters.revocation_http.HttpRevocation",
    "signing.keys.file": "congvu.signing.adapters.software_keys.installed_keys",
    "signing.keys.pkcs11": "congvu.signing.adapters.pkcs11_keys.installed_tokens",
    "signing.remote.csc": "congvu.signing.adapters.csc_remote.CscRemote",
    "signing.remote.smartca": "congvu.signing.adapters.smartca_remote.SmartCaRemote",
    "signing.remote.mysign": "congvu.signing.adapters.mysign_remote.MySignRemote",
}
# Kinds of providers -> adapters of channels.
CHANNEL_ADAPTERS = {
    "smtp": "congvu.channels.adapters.smtp_relay.SmtpRelay",
    "sms_http": "congvu.channels.adapters.sms_http.SmsHttp",
    "kannel": "congvu.channels.adapters.kannel.Kannel",
    "smpp": "congvu.channels.adapters.smpp.Smpp",
    "zalo_oa": "congvu.channels.adapters.zalo_oa.ZaloOa",
}
if not PRODUCTION:  # takes messages and brings none anywhere: for the demonstration
    CHANNEL_ADAPTERS["demo_sms"] = "congvu.channels.adapters.demo_sms.DemoSms"
# Where the process that holds the SMPP lines (CONGVU_SMPP=1) is found by the workers.
SMS_EDGE = Path(os.environ.get("CONGVU_SMS_EDGE", VAR / "sms-edge.sock"))
# Another platform in place of Zalo's own: the double of the demonstration. Never in production.
ZALO_PLATFORM = "" if PRODUCTION else os.environ.get("CONGVU_ZALO_PLATFORM", "")
# Name by which our own mail edge signs Authentication-Results; only its word counts.
MAIL_EDGE_NAME = os.environ.get("CONGVU_MAIL_EDGE", "")
# IMAP servers of the province that mailboxes may be read from: "host:port:tls" or
# "host:port:starttls", by comma; no other server is ever called.
IMAP_SERVERS = {
    entry.partition(":")[0]: dict(zip(("host", "port", "tls"), entry.split(":"), strict=True))
    for entry in os.environ.get("CONGVU_IMAP_SERVERS", "").split(",")
    if entry
}
# Mailbox servers of ours: "relayed" to one of them is delivered.
MAIL_HOSTS = [h for h in os.environ.get("CONGVU_MAIL_HOSTS", "").split(",") if h]

# A time-stamping authority (RFC 3161); empty: none, or that of the demonstration.
TSA_URL = os.environ.get("CONGVU_TSA_URL", "")
TSA_USER = os.environ.get("CONGVU_TSA_USER", "")
TSA_PASSWORD = os.environ.get("CONGVU_TSA_PASSWORD", "")
# b-b, b-t, b-lt, b-lta; empty: the best that can be had. When a part fails: refuse, or lower.
SIGNATURE_LEVEL = os.environ.get("CONGVU_SIGNATURE_LEVEL", "")
SIGNATURE_SHORTFALL = os.environ.get("CONGVU_SIGNATURE_SHORTFALL", "refuse")
if SIGNATURE_LEVEL not in {"", "b-b", "b-t", "b-lt", "b-lta"}:
    raise RuntimeError("CONGVU_SIGNATURE_LEVEL phải là b-b, b-t, b-lt hoặc b-lta")
if SIGNATURE_SHORTFALL not in {"refuse", "lower"}:
    raise RuntimeError("CONGVU_SIGNATURE_SHORTFALL phải là refuse hoặc lower")
# Scheme of a key's reference -> how it is reached (signing.ports.Road).
KEY_ROADS = {
    "file": "at_once",
    "pkcs11": "at_once",
    "csc": "remote",
    "smartca": "remote",
    "mysign": "remote",
    "vgca": "plugin",
}
# The library of a token or HSM (.so), and the PINs of the agency's own tokens in a secret file.
PKCS11_MODULE = os.environ.get("CONGVU_PKCS11_MODULE", "")
PKCS11_PIN_FILE = os.environ.get("CONGVU_PKCS11_PIN_FILE", "")
# Where the signing program (VGCA Sign Service) listens on the signer's own machine.
PLUGIN_ADDRESS = os.environ.get("CONGVU_PLUGIN", "wss://127.0.0.1:8987")
if not PRODUCTION:  # certificates without legal value are never issued in production
    CONGVU_ADAPTERS["signing.authority"] = (
        "congvu.signing.adapters.demo_authority.installed_authority"
    )
    CONGVU_ADAPTERS["signing.marks"] = "congvu.signing.adapters.demo_marks.DemoMarks"
    CONGVU_ADAPTERS["signing.time"] = "congvu.signing.adapters.demo_stamper.installed_stamper"
if TSA_URL:
    CONGVU_ADAPTERS["signing.time"] = "congvu.signing.adapters.tsa_http.installed_stamper"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

MAX_UPLOAD_BYTES = int(os.environ.get("CONGVU_MAX_UPLOAD_MB", "60")) * 1024 * 1024
# A ClamAV daemon, "host:port" or the path of its socket; empty: files are not scanned.
CLAMD = os.environ.get("CONGVU_CLAMD", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["congvu.web.shell.uploads.BoundedMemory"]
DATA_UPLOAD_MAX_NUMBER_FILES = 20

_SECURE = PUBLIC_ADDRESS.startswith("https")
SESSION_COOKIE = "__Host-congvu" if _SECURE else "congvu"
CSRF_COOKIE_NAME = "__Host-congvu-csrf" if _SECURE else "congvu-csrf"
CSRF_COOKIE_SECURE = _SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "congvu.web.shell.problems.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "SAMEORIGIN"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("CONGVU_LOG", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
