"""The program's own command line, run in this process: what a clerk types, and what comes back."""

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pipeline


@dataclass(frozen=True)
class Done:
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def tonghop(folder: Path, *words: object) -> Done:
    """Runs `tonghop …` in `folder` as the installed program does: through main(), errors of the tree and all."""
    out, err = io.StringIO(), io.StringIO()
    before, arguments = Path.cwd(), sys.argv
    sys.argv = ["tonghop", *map(str, words)]
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            pipeline.main()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        os.chdir(before)
        sys.argv = arguments
    return Done(code, out.getvalue(), err.getvalue())
