"""The process that opens uploaded reports: file on stdin, JSON on stdout, nothing else.

Started as `python -I -m app.adapters.document_worker KIND`. It takes away its own rights before it
looks at the first byte: memory, CPU time, file size zero, no sockets, no programs.
"""

import json
import resource
import sys
from collections.abc import Callable

from app.adapters.document_errors import DocumentRefused
from matching.reports.document import Document

MEMORY_BYTES = 1024**3
CPU_SECONDS = 20
MAX_CHARACTERS = 3_000_000
MAX_BLOCKS = 50_000

_DENIED = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "ctypes.")
_CHANGING = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "shutil.")
_WRITE_FLAGS = 0o3 | 0o100  # O_WRONLY, O_RDWR, O_CREAT


def limit_self() -> None:
    """Lower the limits of this process for good."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _refuse_outside(event: str, args: tuple[object, ...]) -> None:
    """Audit hook: no network, no programs, no writing, whatever a parser is talked into."""
    if event.startswith((*_DENIED, *_CHANGING)):
        raise PermissionError(event)
    if event == "open" and len(args) == 3 and isinstance(args[2], int) and args[2] & _WRITE_FLAGS:
        raise PermissionError(event)


def _reader(kind: str) -> Callable[[bytes], Document]:
    """Import only the parser that is needed, and all of it before the doors close."""
    if kind == "pdf":
        from app.adapters.document_pdf import read_pdf

        return read_pdf
    if kind == "docx":
        from app.adapters.document_docx import read_docx

        return read_docx
    from app.adapters.document_xlsx import read_xlsx

    return read_xlsx


def _answer(read: Callable[[bytes], Document], content: bytes) -> dict[str, object]:
    try:
        document = read(content)
    except DocumentRefused as refusal:
        return {"error": refusal.reason, "params": dict(refusal.params)}
    except (MemoryError, RecursionError):
        return {"error": "document_too_heavy"}
    except Exception:  # whatever a parser stumbles over, the file is what is wrong
        return {"error": "document_damaged"}
    characters = sum(
        len(block.text) + sum(len(cell) for row in block.rows for cell in row)
        for block in document.blocks
    )
    if characters > MAX_CHARACTERS or len(document.blocks) > MAX_BLOCKS:
        return {"error": "document_too_much_text", "params": {"max": MAX_CHARACTERS}}
    if characters == 0:
        return {"error": "document_no_text"}
    return {
        "kind": document.kind,
        "pages": document.pages,
        "blocks": [block.to_json() for block in document.blocks],
        "silent_pages": list(document.silent_pages),
    }


def main() -> None:
    """Read the file from stdin and write the answer to stdout."""
    limit_self()
    read = _reader(sys.argv[1])
    content = sys.stdin.buffer.read()
    sys.addaudithook(_refuse_outside)
    sys.stdout.write(json.dumps(_answer(read, content), ensure_ascii=True))


if __name__ == "__main__":
    main()
