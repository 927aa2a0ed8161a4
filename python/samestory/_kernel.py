"""The steps from a text to its numbers, for whoever has a pipeline of their own."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple, Optional

from . import _samestory

if TYPE_CHECKING:
    Numbers = array[int]


class Similarity(NamedTuple):
    """How alike two texts are, exactly."""

    jaccard: float
    """Shared shingles over all, from 0 to 1."""
    containment: float
    """Shared shingles over those of the smaller text, from 0 to 1."""
    shared: int
    """How many shingles both have."""
    sizes: tuple[int, int]
    """How many different shingles each has."""


def similarity(a: str, b: str, *, shingle_tokens: int = 5) -> Similarity:
    """How alike two texts are, on their whole sets of shingles. Nothing is cleaned: the texts are as they are.

    >>> from samestory import similarity
    >>> similarity("The ferry will not sail before Monday.", "the ferry WILL NOT sail before Monday!").jaccard
    1.0
    """
    jaccard, containment, shared, of_a, of_b = _samestory.similarity(a, b, shingle_tokens)
    return Similarity(jaccard, containment, shared, (of_a, of_b))


def shingles(text: str, *, shingle_tokens: int = 5) -> Numbers:
    """The different shingles of a text as hashes of 64 bits, ascending: an ``array("Q")``, which NumPy takes without a copy.

    A text of fewer tokens has one shingle; one without tokens has none. The hashes never change between versions.

    >>> from samestory import shingles
    >>> len(shingles("one two three four five six"))
    2
    """
    hashes = array("Q")
    hashes.frombytes(_samestory.shingles(text, shingle_tokens))
    return hashes


def signature(text: str, *, num_hashes: int = 128, shingle_tokens: int = 5) -> Optional[Numbers]:
    """The MinHash values of a text's shingles, of 32 bits each: an ``array("I")`` of ``num_hashes``; ``None`` without shingles.

    The share of places in which two signatures agree estimates the Jaccard similarity of the texts without bias.

    >>> from samestory import signature
    >>> a, b = signature("one two three four five six"), signature("One two three, four five six.")
    >>> a == b, signature("") is None
    (True, True)
    """
    signed = _samestory.signature(text, num_hashes, shingle_tokens)
    if signed is None:
        return None
    hashes = array("I")
    hashes.frombytes(signed)
    return hashes
