"""app.domain.tokens"""

from app.domain.tokens import hash_token


def test_hash_is_sha256_and_not_the_token() -> None:
    """The known digest of a known text."""
    assert hash_token("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
