"""Keeps freed memory in the process, so that big temporaries are not page-faulted anew at each step."""

import ctypes
import platform

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3  # parameters of mallopt(3)
LARGEST_HEAP_BLOCK = 32 << 20  # bytes; the most that glibc accepts
KEPT = 512 << 20  # bytes of free heap that are not given back
GROWTH = 16 << 20  # bytes by which the heap grows


def keep_heap() -> bool:
    """Ask glibc to serve arrays up to 32 MiB from a heap that it keeps; False where there is no glibc."""
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    wanted = {M_MMAP_THRESHOLD: LARGEST_HEAP_BLOCK, M_TRIM_THRESHOLD: KEPT, M_TOP_PAD: GROWTH}
    taken = [mallopt(name, size) == 1 for name, size in wanted.items()]
    return all(taken)
