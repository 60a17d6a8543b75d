"""A limit on the memory that a check may take: on Linux the kernel refuses what is beyond it, and Python raises a MemoryError.

The limit is one on addresses, the only one that Linux keeps for a process, so room is added for what libraries reserve and
never use: stacks and buffers for each core. Where a GPU's driver reserves addresses as large as all its memory there is none.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

GIBI = 2**30
MOST = 2 * GIBI
LEAST = GIBI // 4
_A_CORE = 160 * 2**20  # a stack, a heap of the allocator and a buffer of the linear algebra for each thread
_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")


def has_memory_limit() -> bool:
    """Whether a check's memory can be limited here."""
    gpu = "torch" in sys.modules and any(os.path.exists(driver) for driver in _DRIVERS)
    return sys.platform == "linux" and not gpu


@contextlib.contextmanager
def limited_memory() -> Iterator[int | None]:
    """Let the process take so many bytes more than it has now, and yield the number; None where there is no limit."""
    if sys.platform != "linux" or not has_memory_limit():
        yield None
        return
    import resource

    allowed = allowance()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = _addresses_in_use() + allowed + (os.cpu_count() or 1) * _A_CORE
    for limit in (soft, hard):
        if limit != resource.RLIM_INFINITY:
            wanted = min(wanted, limit)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield allowed
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def allowance() -> int:
    """Return how many bytes a check may take: two gibibytes, or less where that is not there."""
    free = _available()
    return MOST if free is None else max(min(MOST, free * 4 // 5), LEAST)


def _addresses_in_use() -> int:
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _available() -> int | None:
    """Return the bytes that the machine, or the container around this process, has left."""
    found = [value for value in (_available_in_machine(), _available_in_container()) if value is not None]
    return min(found, default=None)


def _available_in_machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_bytes().splitlines():
            if line.startswith(b"MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return None


def _available_in_container(root: str = "/sys/fs/cgroup") -> int | None:
    """Return what a control group leaves, of version 2 and then 1, as containers see their own."""
    for most, used in (("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes")):
        try:
            limit, taken = int(Path(root, most).read_bytes()), int(Path(root, used).read_bytes())
        except (OSError, ValueError):  # no such group, or the word max
            continue
        return max(limit - taken, 0) if limit < 2**60 else None
    return None
