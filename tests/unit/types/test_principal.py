from guard.types.principal import ALLOWS, Permission, Principal, Role


def principal(*roles: Role, scopes: frozenset[Permission] | None = None) -> Principal:
    return Principal("p1", "marie", "Marie", frozenset(roles), scopes=scopes)


def test_every_role_says_what_it_allows() -> None:
    assert ALLOWS.keys() == set(Role)


def test_somebody_without_a_role_may_only_check_their_own_posts() -> None:
    assert [permission for permission in Permission if principal().may(permission)] == [Permission.CHECK]


def test_roles_add_up() -> None:
    both = principal(Role.REVIEWER, Role.AUDITOR)
    assert both.may(Permission.REVIEW)
    assert both.may(Permission.AUDIT)
    assert not both.may(Permission.ACCOUNTS)


def test_an_administrator_reads_no_post() -> None:
    assert not principal(Role.ADMINISTRATOR).may(Permission.REVIEW)


def test_a_token_does_only_what_its_scopes_name() -> None:
    token = principal(Role.REVIEWER, scopes=frozenset({Permission.OVERVIEW, Permission.AUDIT}))
    assert token.may(Permission.OVERVIEW)
    assert not token.may(Permission.REVIEW)
    assert not token.may(Permission.AUDIT), "a scope gives nothing that the roles do not allow"
