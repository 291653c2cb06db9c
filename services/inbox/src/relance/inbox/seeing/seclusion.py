"""Takes away from this process what looking at a picture does not need: memory, time, files to write, the network.

Resource limits hold everywhere. The network goes by a system-call filter that any ordinary user may put on, in a
container as well: sockets of every kind, io_uring, tracing and namespaces answer "not permitted", also to the programs
that are started from here. Where the kernel or the machine knows no such filter, the limits alone are left, and
`secluded` says so.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys

MEMORY_BYTES = 512 * 1024 * 1024
CPU_S = 20

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # _REFUSE: errno 1, EPERM
_LOAD, _IS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
# Numbers of the system calls, from the kernel's own tables; those above 400 are the same everywhere.
_EVERYWHERE = (425, 426, 427, 434, 438)  # io_uring ×3, pidfd_open, pidfd_getfd
_REFUSED = {
    # socket, connect, accept, sendto, sendmsg, bind, listen, socketpair, accept4, ptrace, process_vm ×2, keys ×3,
    # unshare, setns, mount, bpf, userfaultfd
    "x86_64": (
        0xC000003E,
        (41, 42, 43, 44, 46, 49, 50, 53, 288, 101, 310, 311, 248, 249, 250, 272, 308, 165, 321, 323),
    ),
    "aarch64": (
        0xC00000B7,
        (198, 203, 202, 206, 211, 200, 201, 199, 242, 117, 270, 271, 217, 218, 219, 97, 268, 40, 280, 282),
    ),
}
_X32 = 0x40000000


def secluded(*, memory_bytes: int = MEMORY_BYTES, cpu_s: int = CPU_S) -> bool:
    """Put the limits on, then the filter; True when the network is out of reach. There is no way back."""
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),  # nothing is written: input and output are pipes
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (value, value))
    return _without_network()


def _without_network() -> bool:
    told = _REFUSED.get(platform.machine())
    if sys.platform != "linux" or told is None:
        return False
    program = _program(*told)
    libc = ctypes.CDLL(None, use_errno=True)
    kept = ctypes.create_string_buffer(program, len(program))

    class Filter(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_void_p))

    told_filter = Filter(len(program) // 8, ctypes.cast(kept, ctypes.c_void_p))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(told_filter), 0, 0) == 0)


def _program(architecture: int, refused: tuple[int, ...]) -> bytes:
    """The filter in the kernel's own notation: (operation, jump if true, jump if false, value)."""
    numbers = (*refused, *_EVERYWHERE)
    steps = [(_LOAD, 0, 0, 4), (_IS, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    steps.append((_AT_LEAST, len(numbers) + 1, 0, _X32))
    steps += [(_IS, len(numbers) - index, 0, number) for index, number in enumerate(numbers)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
