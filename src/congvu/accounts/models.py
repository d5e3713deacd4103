"""Accounts, their factors and sessions (S.01–S.09; QCVN 12:2026/BCA 3.7.2.1, 3.7.2.5)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row

RESTRICT = models.PROTECT
CASCADE = models.CASCADE


class Account(Row):
    """What one person signs in with. The columns of the account list are 3.7.2.5.1's."""

    class Kind(TextChoices):
        OPERATIONAL = "operational", "tác nghiệp"
        ADMIN = "admin", "quản trị"
        TECHNICAL = "technical", "kỹ thuật"
        SERVICE = "service", "dịch vụ"

    class Status(TextChoices):
        ACTIVE = "active", "đang hoạt động"
        DISABLED = "disabled", "tạm ngừng"
        CLOSED = "closed", "đã đóng"

    person = models.ForeignKey("orgs.Person", RESTRICT, related_name="accounts")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OPERATIONAL)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    username = models.CharField(max_length=60, unique=True)
    password_hash = models.CharField(max_length=250)
    password_changed_at = models.DateTimeField()
    must_change = models.BooleanField(default=True)
    asset = models.CharField(max_length=60, default="congvu")
    managing_person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    managing_unit = models.ForeignKey("orgs.Unit", RESTRICT, null=True, related_name="+")
    # Roles of an administration account that has no posting (the first administrator).
    own_roles = ArrayField(models.CharField(max_length=20), default=list)
    opened_at = models.DateTimeField()
    activated_at = models.DateTimeField()
    deactivated_at = models.DateTimeField(null=True)
    deactivation_reason = models.CharField(max_length=250, blank=True, default="")
    last_sign_in_at = models.DateTimeField(null=True)
    failed_count = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "tài khoản"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=~Q(status="closed"),
                name="one_open_account_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(username=Lower(F("username"))),
                name="account_name_in_lower_case",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_admin(self) -> bool:
        return self.kind == self.Kind.ADMIN


class PasswordHistory(Row):
    """A password that was in use before; it may not come back (S.03)."""

    account = models.ForeignKey(Account, CASCADE, related_name="earlier_passwords")
    password_hash = models.CharField(max_length=250)
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = "mật khẩu đã dùng"

    def __str__(self) -> str:
        return f"{self.account_id}: {self.replaced_at:%d/%m/%Y}"


class Totp(Row):
    """A code generator on the person's phone; the secret lies encrypted."""

    account = models.ForeignKey(Account, CASCADE, related_name="code_generators")
    sealed_secret = models.TextField()
    offered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "ứng dụng tạo mã"
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(confirmed_at__isnull=False, removed_at__isnull=True),
                name="one_live_code_generator",
            )
        ]

    def __str__(self) -> str:
        return str(self.account_id)


class SecurityKey(Row):
    """A WebAuthn authenticator: only its public key is known here."""

    account = models.ForeignKey(Account, CASCADE, related_name="security_keys")
    name = models.CharField(max_length=80)
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    enrolled_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "khóa bảo mật"

    def __str__(self) -> str:
        return self.name


class RecoveryCode(Row):
    """A code for the day the phone is lost; only its hash is kept and it works once."""

    account = models.ForeignKey(Account, CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "mã khôi phục"
        constraints = [
            models.UniqueConstraint(fields=["account", "code_hash"], name="one_recovery_code")
        ]

    def __str__(self) -> str:
        return str(self.account_id)


class Session(Row):
    """A stay in the system: from signing in to its end, in one posting at a time (S.06)."""

    class End(TextChoices):
        SIGNED_OUT = "signed_out", "đăng xuất"
        EVERYWHERE = "everywhere", "đăng xuất khỏi mọi thiết bị"
        IDLE = "idle", "khóa do không thao tác"
        EXPIRED = "expired", "hết thời hạn phiên"
        PASSWORD = "password", "đổi mật khẩu"
        FACTOR = "factor", "sai mã xác thực nhiều lần"
        CLOSED = "closed", "tài khoản ngừng hoạt động"
        LEFT_POST = "left_post", "thôi vị trí công tác"

    account = models.ForeignKey(Account, CASCADE, related_name="sessions")
    posting = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    idle_seconds = models.IntegerField()
    zone = models.CharField(max_length=10)
    factor_needed = models.BooleanField(default=False)
    is_enrolling = models.BooleanField(default=False)
    factor_at = models.DateTimeField(null=True)
    factor_failures = models.IntegerField(default=0)
    challenge = models.BinaryField(null=True)
    address = models.CharField(max_length=60, blank=True, default="")
    agent = models.CharField(max_length=250, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=10, choices=End.choices, blank=True, default="")

    class Meta:
        verbose_name = "phiên làm việc"
        indexes = [
            models.Index(
                fields=["account"], condition=Q(ended_at__isnull=True), name="open_sessions"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.created_at:%d/%m/%Y %H:%M}"


class KeptInput(Row):
    """What somebody had typed when the session locked: encrypted, for the same account only."""

    session = models.ForeignKey(Session, CASCADE, related_name="kept_inputs")
    path = models.CharField(max_length=500)
    sealed_fields = models.TextField()
    kept_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "nội dung đang nhập"

    def __str__(self) -> str:
        return self.path


class TrustedDevice(Row):
    """A browser that has passed the second factor before; it may still come in when
    strangers' wrong guesses have locked the account (A14)."""

    account = models.ForeignKey(Account, CASCADE, related_name="trusted_devices")
    token_hash = models.CharField(max_length=64, unique=True)
    trusted_at = models.DateTimeField()
    trusted_until = models.DateTimeField()

    class Meta:
        verbose_name = "thiết bị tin cậy"

    def __str__(self) -> str:
        return f"{self.account_id}: {self.trusted_until:%d/%m/%Y}"


class AddressWindow(Row):
    """Failed tries of one kind from one address within one window of time (S.04, S.46)."""

    purpose = models.CharField(max_length=30)
    address = models.CharField(max_length=60)
    window_starts_at = models.DateTimeField()
    tries = models.IntegerField(default=0)

    class Meta:
        verbose_name = "số lần thử theo địa chỉ"
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "address", "window_starts_at"], name="one_window_per_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.address}: {self.tries}"


class PolicyValue(Row):
    """A dated value of the security profile; weaker than the floor only as a signed deviation."""

    key = models.CharField(max_length=60)
    value = models.IntegerField()
    source = models.CharField(max_length=250)
    valid_from = models.DateTimeField()
    entered_by = models.ForeignKey("orgs.Person", RESTRICT, related_name="+")
    deviation_reason = models.CharField(max_length=500, blank=True, default="")
    deviation_signer = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    deviation_ends_on = models.DateField(null=True)

    class Meta:
        verbose_name = "giá trị chính sách an toàn"
        indexes = [models.Index(fields=["key", "valid_from"], name="policy_by_key")]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class FirstAdminToken(Row):
    """The one way into a fresh installation: works once, for at most 24 hours (S.09)."""

    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "mã khởi tạo quản trị"

    def __str__(self) -> str:
        return f"{self.made_at:%d/%m/%Y %H:%M}"


class IdleExemption(Row):
    """An account that may stay idle (leave, posting abroad), with a reason and an end (S.07)."""

    account = models.ForeignKey(Account, CASCADE, related_name="idle_exemptions")
    reason = models.CharField(max_length=250)
    approved_by = models.ForeignKey("orgs.Person", RESTRICT, related_name="+")
    ends_on = models.DateField()

    class Meta:
        verbose_name = "miễn ngừng tài khoản"

    def __str__(self) -> str:
        return f"{self.account_id}: {self.ends_on:%d/%m/%Y}"


class Leave(Row):
    """A person leaves a post at a moment (thôi việc, chuyển công tác): roles end there (S.08)."""

    posting = models.OneToOneField("orgs.Posting", RESTRICT, related_name="leave")
    left_at = models.DateTimeField()
    basis = models.CharField(max_length=250)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = "thôi vị trí công tác"

    def __str__(self) -> str:
        return f"{self.posting_id}: {self.left_at:%d/%m/%Y %H:%M}"
