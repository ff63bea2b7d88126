"""
The system calls that confined code may not make, as a filter for the kernel (seccomp, classic BPF).

Namespaces, limits and read-only mounts do most of the work; the filter closes what goes around them: a new
user namespace in which a file system of any size can be mounted, memory that belongs to no process (memfd,
System V segments), sockets of families that a network namespace does not hold back, and parts of the kernel
that notebooks never need and that faults are found in. What is asked for politely is refused politely: a
call fails with an error and the program goes on.
"""

from __future__ import annotations

import platform
import struct

__all__ = ["program"]

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16
"""Offsets in the kernel's ``struct seccomp_data``; the low half of an argument, on little-endian machines."""

_NEW_NAMESPACES = 0x7E020000
"""Every CLONE_NEW flag that `clone` knows."""
_FAMILIES = (1, 2, 10, 16)
"""Unix, IPv4, IPv6, netlink: the families that an empty network namespace confines."""

_SAME_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "clone3": 435,
    "mount_setattr": 442, "memfd_secret": 447,
}  # fmt: skip
_NUMBERS = {
    "x86_64": {
        "shmget": 29, "shmat": 30, "socket": 41, "socketpair": 53, "clone": 56, "msgget": 68, "ptrace": 101,
        "syslog": 103, "personality": 135, "pivot_root": 155, "chroot": 161, "acct": 163, "mount": 165,
        "umount2": 166, "quotactl": 179, "kexec_load": 246, "add_key": 248, "request_key": 249,
        "keyctl": 250, "unshare": 272, "perf_event_open": 298, "name_to_handle_at": 303,
        "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311,
        "memfd_create": 319, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323, **_SAME_EVERYWHERE,
    },
    "aarch64": {
        "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "quotactl": 60, "acct": 89,
        "personality": 92, "unshare": 97, "kexec_load": 104, "syslog": 116, "ptrace": 117, "msgget": 186,
        "shmget": 194, "shmat": 196, "socket": 198, "socketpair": 199, "add_key": 217, "request_key": 218,
        "keyctl": 219, "clone": 220, "perf_event_open": 241, "name_to_handle_at": 264,
        "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
        "memfd_create": 279, "bpf": 280, "userfaultfd": 282, "kexec_file_load": 294, **_SAME_EVERYWHERE,
    },
}  # fmt: skip
_ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_LOOKED_INTO = ("clone", "socket", "socketpair")
_ABSENT = ("clone3", "memfd_create")
"""Calls that programs know how to do without when the kernel is too old to have them."""


def program(machine: str | None = None) -> bytes | None:
    """
    Return the filter as the bytes that the kernel loads, or None for a machine it is not written for.

    Examples
    --------
    >>> len(program("x86_64")) % 8
    0
    >>> program("sparc") is None
    True
    """
    machine = machine or platform.machine()
    numbers = _NUMBERS.get(machine)
    if numbers is None:
        return None
    code = [
        _step(_LOAD, _ARCH), _step(_EQUAL, _ARCHES[machine], yes=1), _refuse(_ENOSYS),
        _step(_LOAD, _NUMBER), _step(_AT_LEAST, 0x40000000, no=1), _refuse(_ENOSYS),
    ]  # fmt: skip
    for name, number in sorted(numbers.items()):
        if name not in _LOOKED_INTO:
            code += [_step(_EQUAL, number, no=1), _refuse(_ENOSYS if name in _ABSENT else _EPERM)]
    code += [_step(_EQUAL, numbers["clone"], no=4), _step(_LOAD, _FIRST_ARGUMENT)]
    code += [_step(_ANY_BIT, _NEW_NAMESPACES, no=1), _refuse(_EPERM), _step(_RETURN, _ALLOW)]
    code += [_step(_EQUAL, numbers["socket"], yes=1), _step(_EQUAL, numbers["socketpair"], no=6)]
    code += [_step(_LOAD, _FIRST_ARGUMENT)]
    code += [_step(_EQUAL, family, yes=4 - place) for place, family in enumerate(_FAMILIES)]
    code += [_refuse(_EAFNOSUPPORT), _step(_RETURN, _ALLOW)]
    return b"".join(code)


def _step(operation: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", operation, yes, no, value)


def _refuse(error: int) -> bytes:
    return _step(_RETURN, _ERRNO | error)
