"""Run a reader of files in a process of its own, and understand its answer."""

import json
import subprocess  # the worker is our own module, run by our own interpreter
import sys
from typing import Any

from app.adapters.document_errors import DocumentRefused

WALL_SECONDS = 30


def run_reader(
    module: str, *arguments: str, content: bytes, seconds: float = WALL_SECONDS
) -> dict[str, Any]:
    """Start `python -I -m module`, file on stdin, one JSON object on stdout; give the object.

    Raises:
        DocumentRefused: `document_too_heavy` when it dies or takes longer than `seconds`, else what
            the reader itself refused with.
    """
    try:
        done = subprocess.run(  # noqa: S603 - fixed command, no shell; the file goes through stdin
            [sys.executable, "-I", "-m", module, *arguments],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentRefused("document_too_heavy") from error
    if done.returncode != 0:
        raise DocumentRefused("document_too_heavy")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        raise DocumentRefused(answer["error"], **answer.get("params", {}))
    return answer
