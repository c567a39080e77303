"""Hashed piece by piece it is still the same hash."""

from hashlib import blake2b, sha256

import pytest

from tradewind.engine.history.hashes import digest_of, sum_of


@pytest.mark.parametrize("length", [0, 1, 1_999, 2_000, 2_001, 2_048, 4_096, 65_536, (1 << 20) - 1, 1 << 20, 3 << 20])
def test_hashes_are_those_of_hashlib(length: int) -> None:
    content = bytes(index * 7 % 251 for index in range(4_099)) * (length // 4_099 + 1)
    content = content[:length]
    assert digest_of(content) == sha256(content).digest()
    assert sum_of(content) == blake2b(content, digest_size=16).digest()
    assert sum_of(memoryview(content)) == sum_of(content)
