"""
Kernels that have everything loaded: each is forked from a process that imported what casework imports.

A notebook then runs in a process of its own, as it does for a reader, without loading pandas, geopandas and
matplotlib anew each time. Nothing of one notebook is there for the next.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbclient import NotebookClient
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

NAME = "ilp-tests-warm"
LOADED = [
    "ipykernel.kernelapp", "ipykernel.zmqshell", "matplotlib.pyplot", "geopandas", "pyarrow.csv", "pypdf",
    "networkx", "scipy.stats", "ilp_toolkit.cli.app", "ilp_toolkit.collation.case",
    "ilp_toolkit.collation.training", "ilp_toolkit.dissemination.release", "ilp_toolkit.dissemination.release_darknet",
    "ilp_toolkit.dissemination.release_links", "ilp_toolkit.dissemination.release_profile",
    "ilp_toolkit.dissemination.release_routes", "ilp_toolkit.views.charts", "ilp_toolkit.views.maps",
    "ilp_toolkit.views.screen", "ilp_toolkit.analysis.hotspots", "ilp_toolkit.analysis.near_repeat",
    "ilp_toolkit.collation.entities", "ilp_toolkit.collection.delimited", "ilp_toolkit.collection.readers", "tests.warm_words",
]  # fmt: skip


def executed(source: Path, parameters: dict[str, Any] | None = None) -> nbformat.NotebookNode:
    """Run a notebook from its own folder with other parameters; its first error is raised."""
    # As papermill reads it: its parametrizer asks each cell for tags.
    notebook = load_notebook_node(str(source))
    if parameters:
        notebook = parameterize_notebook(notebook, parameters)
    known = KernelProvisionerFactory.instance().provisioners
    known[NAME] = EntryPoint(NAME, f"{__name__}:Forked", KernelProvisionerFactory.GROUP_NAME)
    manager = AsyncKernelManager(kernel_name="python3")
    spec = manager.kernel_spec
    assert spec is not None
    spec.metadata = {"kernel_provisioner": {"provisioner_name": NAME}}
    folder = {"metadata": {"path": str(source.parent)}}
    return NotebookClient(notebook, km=manager, timeout=300, resources=folder).execute(cleanup_kc=True)


class Forked(LocalProvisioner):
    """Starts a kernel as a fork of the server; the rest is as for any process of this machine."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        server = multiprocessing.get_context("forkserver")
        # As a kernel sets it, and before matplotlib is there to read it.
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        server.set_forkserver_preload(LOADED)
        folder = kwargs.get("cwd") or Path.cwd()
        process = server.Process(target=serve, args=(self.parent.connection_file, str(folder)), daemon=True)
        process.start()
        self.process = _Process(process)
        self.pid = process.pid
        self.pgid = None
        return self.connection_info


class _Process:
    """A forked process that answers as one of `subprocess` does."""

    stdin = stdout = stderr = None

    def __init__(self, process: Any) -> None:
        self._process = process
        self.pid = process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode  # type: ignore[no-any-return]

    def poll(self) -> int | None:
        return self.returncode

    def wait(self) -> int | None:
        self._process.join()
        return self.returncode

    def send_signal(self, signum: int) -> None:
        os.kill(self.pid, signum)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def serve(connection: str, folder: str) -> None:
    """Be a kernel."""
    os.chdir(folder)
    # What a kernel says of itself when it starts is for nobody here.
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=["-f", connection])
