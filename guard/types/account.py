"""People of the console as records: accounts, sessions, API tokens, and what an identity provider says of somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from guard.types.principal import Permission, Principal, Role

LOCAL = "local"
"""The provider of accounts that have their password here."""
THEMES = ("auto", "light", "dark")


class Stage(StrEnum):
    """How far a session has come: only `FULL` may do anything but finish signing in."""

    FULL = "full"
    SECOND_FACTOR = "second-factor"
    """The password was right; a code is still asked for."""
    NEW_PASSWORD = "new-password"  # noqa: S105 -- a stage
    """Signed in with a one-time password, which must be changed first."""
    ENROL = "enrol"
    """A second factor is required here, and has to be set up first."""


class SecondFactor(StrEnum):
    """Who needs one besides a password, here or in a directory; an OpenID provider asks for its own."""

    OPTIONAL = "optional"
    PRIVILEGED = "privileged"
    """Those of PRIVILEGED roles."""
    REQUIRED = "required"


PRIVILEGED = frozenset({Role.DPO, Role.ADMINISTRATOR})
"""Who agrees to what others ask for, or says who may do what: worth more than a password."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person who may sign in to the console."""

    id: str
    """Opaque, never given twice."""
    name: str
    """Sign-in name, unique whatever its case."""
    created: datetime
    provider: str = LOCAL
    subject: str = ""
    """What the provider calls the person, stable; empty for local accounts."""
    person: str = ""
    """Who it is in authors.toml; empty: as the sign-in name."""
    roles: frozenset[Role] = frozenset()
    groups: frozenset[str] = frozenset()
    password: str = field(default="", repr=False)
    """Argon2id in its PHC string form; empty: nobody can sign in with a password."""
    one_time: datetime | None = None
    """Until then the password is good for one sign-in, at which it must be changed; None: it is the person's own."""
    totp: bytes | None = field(default=None, repr=False)
    """Sealed secret of the second factor; None: there is none."""
    totp_step: int = 0
    """Newest time step whose code was taken; none is taken twice."""
    recovery: tuple[str, ...] = field(default=(), repr=False)
    """Keyed marks of recovery codes not used yet."""
    language: str | None = None
    """fr or en; None: as the browser asks."""
    theme: str = "auto"
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    """Remapped keys: action -> key; `{"off": "1"}` switches them off."""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is signed in, or half so."""

    digest: str = field(repr=False)
    """SHA-256 (hexadecimal) of the cookie's value, which is kept nowhere."""
    account: str
    """Account id."""
    stage: Stage
    csrf: str = field(repr=False)
    """Secret that every form of this session carries."""
    created: datetime
    """When the person signed in; not moved by a renewed id."""
    seen: datetime
    second_factor: bool = False
    via: str = LOCAL
    """Which provider said who it is."""
    address: str = ""
    """Where it was begun, for the person's own list of sessions."""
    vouched: datetime | None = None
    """When the provider last said that this is still who it was; None: when it was begun."""

    @property
    def handle(self) -> str:
        """What names it in pages and requests: of no use as a cookie."""
        return self.digest[:16]


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A bearer token for programs."""

    id: str
    """Stands in the token itself, so that people can tell which one they look at."""
    account: str
    label: str
    digest: str = field(repr=False)
    """SHA-256 (hexadecimal) of its secret half."""
    scopes: frozenset[Permission]
    created: datetime
    expires: datetime
    used: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider vouches for: this is who stands before us."""

    provider: str
    subject: str
    """Stable at the provider; of a local account its id."""
    name: str
    """Sign-in name to show."""
    roles: frozenset[Role] = frozenset()
    """From its groups by the table in guard.toml; not used for local accounts."""
    groups: frozenset[str] = frozenset()
    mail: str = ""
    """Their address as the provider has verified it; empty: it does not say."""
    admitted: bool = True
    """Whether the table names any of its groups; one may be named without a role, for people who only see their own posts."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever asks, and the session they ask in."""

    principal: Principal
    session: Session
    account: Account


@dataclass(frozen=True, slots=True)
class OidcTerms:
    """An OpenID provider, as `[console.oidc]` names it."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    """Empty: a public client, by PKCE alone."""
    label: str = "OpenID"
    """What the button says."""
    scopes: tuple[str, ...] = ("openid", "profile")
    name_claim: str = "preferred_username"
    groups_claim: str = "groups"
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    """Group at the provider -> roles here."""
    ca_file: str | None = None
    allow_private: bool = False
    session_minutes: int = 60
    """How long its word about somebody counts before it is asked again."""


@dataclass(frozen=True, slots=True)
class LdapTerms:
    """A directory, as `[console.ldap]` names it."""

    url: str
    """ldaps://host[:port], or ldap:// with StartTLS; bare ldap:// only on this machine."""
    base: str
    """Where people are looked for."""
    bind_dn: str = ""
    """Who looks; empty: anonymously."""
    bind_password: str = field(default="", repr=False)
    start_tls: bool = False
    name_attribute: str = "uid"
    group_base: str = ""
    """Where groups list their members; empty: the person's own `memberOf` says it."""
    member_attribute: str = "member"
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    """Group's DN or common name -> roles here."""
    ca_file: str | None = None
    timeout_s: int = 5
