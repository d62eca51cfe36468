"""Puts the kernels that `tools.wheels` has compiled for a platform into its wheel.

Without them the wheel fits every platform, and the kernel is compiled where it is installed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNELS, TAG = "BRIGADE_WHEEL_KERNELS", "BRIGADE_WHEEL_TAG"
"""A folder of libraries, and the platform's tag."""


class KernelsHook(BuildHookInterface[BuilderConfig]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        folder = os.environ.get(KERNELS)
        if folder is None or version == "editable":
            return
        # The same library serves every Python: ctypes loads it, no extension module.
        build_data["tag"] = f"py3-none-{os.environ[TAG]}"
        build_data["pure_python"] = False
        for library in sorted(Path(folder).glob("kernel-*.so")):
            build_data["force_include"][str(library)] = f"solver/kernel/shipped/{library.name}"
