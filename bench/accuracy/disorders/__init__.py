"""Every disorder, registered by importing the module of its family."""

from bench.accuracy.disorders import (
    cells,
    columns,
    headers,
    headings,
    labels,
    letters,
    merges,
    paper,
    revisions,
    rows,
    sender,
    titles,
)
from bench.accuracy.disorders.registry import FAMILIES, REGISTRY, Disorder

__all__ = ["FAMILIES", "REGISTRY", "Disorder"]
_MODULES = (cells, columns, headers, headings, labels, letters, merges, paper, revisions, rows, sender, titles)
