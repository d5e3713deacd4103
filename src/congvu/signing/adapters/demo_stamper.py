"""The time-stamping authority of the demonstration: RFC 3161 tokens without legal value.

It tells the time it is asked to tell, so that a story played in 2022 is stamped in 2022. That is
why it exists only outside production.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from congvu.signing.adapters import cms
from congvu.signing.adapters.demo_authority import STAMPING, DemoAuthority, installed_authority
from congvu.signing.ports import TimeStamp, TimeStampUnavailable

POLICY = "1.3.6.1.4.1.32473.1"  # the arc that RFC 5612 keeps for examples


class DemoStamper:
    """The TimeStamper of the demonstration."""

    goes_out = False

    def __init__(self, authority: DemoAuthority) -> None:
        self.authority = authority

    def stamp(self, digest: bytes, at: datetime) -> TimeStamp:
        """A token over a SHA-256 digest, at `at`."""
        if not self.authority.keys.has(STAMPING):
            raise TimeStampUnavailable("Cơ quan chứng thực trình diễn chưa được lập.")
        chain = tuple(self.authority.keys.chain(STAMPING)[:-1])
        said = cms.TimeStampContent(POLICY, digest, secrets.randbits(63), at)
        return TimeStamp(self.token(said, chain), chain)

    def token(self, said: cms.TimeStampContent, chain: tuple[bytes, ...]) -> bytes:
        """The token that says this, with these certificates in it."""
        content = said.der()
        attributes = cms.time_stamp_attributes(chain[0], content)
        raw = self.authority.keys.sign_digest(STAMPING, hashlib.sha256(attributes).digest())
        return cms.time_stamp_token(chain, content, attributes, raw)


def installed_stamper() -> DemoStamper:
    """The demonstration's time-stamper of this installation."""
    return DemoStamper(installed_authority())
