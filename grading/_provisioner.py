"""
How a kernel of the course is started: the provisioner ``ilp-bwrap``, and one without a sandbox.

jupyter_client asks a provisioner to start a kernel's process. Ours are made known to it in this process
alone, so nothing has to be installed, and no kernel that is installed plays a part: it is this Python.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from .sandbox import Limits, confine, launch, user

__all__ = ["BwrapProvisioner", "Setup", "manager", "process_of", "register"]

PROVISIONER = "ilp-bwrap"
UNCONFINED = "ilp-plain"


@dataclass
class Setup:
    """What one kernel is started with."""

    folder: Path
    """Its own folder; sockets, connection file and answers lie in it."""
    readable: dict[str, Path]
    """Path inside to path outside."""
    environment: dict[str, str]
    limits: Limits
    sandbox: bool
    slot: int = 0

    @property
    def out(self) -> Path:
        """
        Where answers are written.

        Right in the folder, which is a mount, so that nobody inside can put a link in its place: in the place
        of a folder within, a link would be followed.
        """
        return self.folder / "answers.json"


class _Spec(KernelSpecManager):
    """Knows one kernel: this Python. What is installed on the machine plays no part."""

    provisioner = UNCONFINED

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        argv += ["--HistoryManager.enabled=False", "--IPKernelApp.log_level=CRITICAL"]
        return KernelSpec(
            argv=argv, display_name="Python 3", language="python", interrupt_mode="message",
            metadata={"kernel_provisioner": {"provisioner_name": self.provisioner, "config": {}}},
        )  # fmt: skip


class _Confined(_Spec):
    provisioner = PROVISIONER


class _Manager(AsyncKernelManager):
    """A kernel manager that carries the setup to its provisioner."""

    setup: Setup


class _PlainProvisioner(LocalProvisioner):
    """Start the kernel as it is, with variables of its own and in a folder of its own."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        manager = _manager_of(self)
        setup = manager.setup
        manager.connection_file = str(setup.folder / "k.json")
        if sys.platform != "win32":
            manager.transport, manager.ip = "ipc", str(setup.folder / "k")
        launch_with: dict[str, Any] = await super().pre_launch(**kwargs)
        return launch_with


class BwrapProvisioner(_PlainProvisioner):
    """Start the kernel inside the sandbox."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        launch_with = await super().pre_launch(**kwargs)
        setup = _manager_of(self).setup
        if os.geteuid() == 0:
            for path in (setup.folder, setup.folder / "k.json"):
                os.chown(path, user(setup.slot), user(setup.slot), follow_symlinks=False)
        return launch_with

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        setup = _manager_of(self).setup
        confined = confine(
            cmd, readable=setup.readable, writable=[setup.folder], environment=setup.environment,
            limits=setup.limits, slot=setup.slot,
        )  # fmt: skip
        with (setup.folder.parent / f"{setup.folder.name}.log").open("wb") as log:
            self.process = launch(confined, stdout=log, stderr=log)
        self.pid = self.pgid = self.process.pid
        return self.connection_info


def register() -> None:
    """Make the provisioners known to jupyter_client in this process."""
    known = {PROVISIONER: BwrapProvisioner, UNCONFINED: _PlainProvisioner}
    for name, made in known.items():
        entry = EntryPoint(name, f"{__name__}:{made.__name__}", KernelProvisionerFactory.GROUP_NAME)
        KernelProvisionerFactory.instance().provisioners[name] = entry


def manager(setup: Setup) -> AsyncKernelManager:
    """Return a manager that will start a kernel with this setup."""
    register()
    specs = (_Confined if setup.sandbox else _Spec)()
    made = _Manager(kernel_spec_manager=specs, kernel_name="course", autorestart=False)
    made.setup = setup
    return made


def process_of(manager: AsyncKernelManager | None) -> subprocess.Popen[bytes] | None:
    """Return the first process of a kernel that was started."""
    provisioner = manager.provisioner if manager is not None else None
    return provisioner.process if isinstance(provisioner, _PlainProvisioner) else None


def _manager_of(provisioner: LocalProvisioner) -> _Manager:
    if not isinstance(provisioner.parent, _Manager):
        msg = f"The provisioner {PROVISIONER} starts kernels of `grading.execute` alone."
        raise TypeError(msg)
    return provisioner.parent
