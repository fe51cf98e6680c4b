"""The pool of random bytes."""

import os

import pytest

from guard import entropy
from guard.entropy import random_bytes


@pytest.mark.parametrize("size", [1, 8, 32, entropy.POOL])
def test_size(size: int) -> None:
    assert len(random_bytes(size)) == size


def test_no_piece_comes_twice() -> None:
    pieces = [random_bytes(16) for _ in range(20_000)]
    assert len(set(pieces)) == len(pieces)


def test_a_forked_child_draws_its_own() -> None:
    random_bytes(8)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, random_bytes(32))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 32) != random_bytes(32)
    os.close(read)
    os.close(write)
