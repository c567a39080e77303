from collections.abc import Iterator

import pytest
from tests.books import General, burn, general


@pytest.fixture
def books(db: None) -> General:
    return general()


@pytest.fixture
def burnt(transactional_db: None) -> Iterator[None]:
    """For tests that commit: the books are emptied before Django empties everything else."""
    yield
    burn()
