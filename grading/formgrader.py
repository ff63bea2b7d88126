"""
JupyterLab on a workspace, for marking by hand: the command that starts it and what it needs around it.

What Lab would fetch is switched off (news, updates), nbgrader finds its own programs, and formgrader's page,
which loads a typesetter for formulas from the internet and stops where there is none, gets one that does
nothing.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from .gradebook import path_with_scripts
from .workspace import Workspace

__all__ = ["command", "environment", "prepare"]

_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False, "fetchNews": "false", "doNotDisturbMode": True,
    },
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
}  # fmt: skip
_MATHJAX = """\
{%- macro mathjax(url="") -%}
<script>
window.MathJax = {loaded: false, Hub: {Config: function () {}, Queue: function () {}, Startup: {signal: {
  Interest: function (told) { setTimeout(function () { told("End"); }, 0); }}}}};
</script>
{%- endmacro %}
"""


def command(workspace: Workspace, *, port: int = 8888, browser: bool = True) -> list[str]:
    """Return the command that starts JupyterLab on a workspace, for this computer alone."""
    prepare(workspace)
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={workspace.folder}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--LabApp.app_settings_dir={_folder(workspace) / 'settings'}",
        *([] if browser else ["--no-browser"]),
        *(["--allow-root"] if _is_root() else []),
    ]


def environment(workspace: Workspace) -> dict[str, str]:
    """Return the environment in which to start it: nbgrader starts `alembic` and `nbgrader` by bare names."""
    return {**os.environ, "PATH": path_with_scripts(), "JUPYTERLAB_WORKSPACES_DIR": str(_folder(workspace))}


def prepare(workspace: Workspace) -> None:
    """Write the settings of Lab and the page template that formgrader needs without the internet."""
    files = {
        _folder(workspace) / "settings" / "overrides.json": json.dumps(_SETTINGS, indent=1) + "\n",
        _folder(workspace) / "templates" / "base" / "mathjax.html.j2": _MATHJAX,
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _is_root() -> bool:
    """Whether this is a container's or a live system's only user: Jupyter asks whether that is meant."""
    return sys.platform != "win32" and os.geteuid() == 0


def _folder(workspace: Workspace) -> Path:
    return workspace.folder / ".lab"
