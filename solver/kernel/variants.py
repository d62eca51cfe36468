"""The processors that the kernels of a wheel are made for, and which of these kernels this machine can run.

A wheel carries one library for each variant of its platform. Names and features of x86-64 levels: the psABI
(gitlab.com/x86-psABIs/x86-64-ABI, table 3.1), in the spelling of Linux's /proc/cpuinfo.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

PORTABLE: tuple[str, ...] = (
    *("-std=c11", "-O3", "-shared", "-fPIC", "-ffp-contract=off", "-fomit-frame-pointer", "-s"),
    # Loops over a tour are short: clang's vectors cost more to set up than they save, some 3 % of all.
    *("-fno-vectorize", "-fno-slp-vectorize"),
)
"""As on the machine itself, for whichever processor is named beside: the same sums, so the same plans."""


@dataclass(frozen=True, slots=True)
class Variant:
    """`processor`: as the compiler names it; `needs`: the features without which the code cannot run."""

    name: str
    target: str
    processor: str
    needs: frozenset[str] = frozenset()

    def command(self) -> list[str]:
        """The cross-compiler: one machine makes the libraries of all platforms."""
        target = ["-target", self.target, f"-mcpu={self.processor}"]
        return [sys.executable, "-m", "ziglang", "cc", *target, *PORTABLE]


@dataclass(frozen=True, slots=True)
class Platform:
    """One wheel. `system` and `machine`: as Python names them; `variants`: the quickest first."""

    system: str
    machine: str
    tag: str
    variants: tuple[Variant, ...]

    def fitting(self, features: Collection[str]) -> Variant | None:
        """The first variant whose every need is among these features."""
        return next((one for one in self.variants if one.needs <= set(features)), None)


V2 = frozenset({"cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"})
V3 = V2 | {"abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"}

# glibc 2.17 is older than what any of our packages' wheels asks for: the kernel never decides where we run.
LINUX_X86, LINUX_ARM = "x86_64-linux-gnu.2.17", "aarch64-linux-gnu.2.17"
PLATFORMS: Mapping[str, Platform] = {
    "linux-x86_64": Platform(
        "Linux",
        "x86_64",
        "manylinux_2_17_x86_64",
        (
            Variant("x86-64-v3", LINUX_X86, "x86_64_v3", V3),
            Variant("x86-64-v2", LINUX_X86, "x86_64_v2", V2),
        ),
    ),
    "linux-aarch64": Platform(
        "Linux", "aarch64", "manylinux_2_17_aarch64", (Variant("armv8-a", LINUX_ARM, "generic"),)
    ),
    # Every Mac that macOS 11 runs on has these processors' features, so nothing is asked of them.
    "macos-x86_64": Platform(
        "Darwin",
        "x86_64",
        "macosx_11_0_x86_64",
        (Variant("x86-64-v2", "x86_64-macos.11.0", "x86_64_v2"),),
    ),
    "macos-arm64": Platform(
        "Darwin", "arm64", "macosx_11_0_arm64", (Variant("apple-m1", "aarch64-macos.11.0", "apple_m1"),)
    ),
}


def this_platform() -> Platform | None:
    """None where no wheel is made for: there the kernel is compiled on the machine."""
    here = platform.system(), platform.machine()
    return next((one for one in PLATFORMS.values() if (one.system, one.machine) == here), None)


def processor() -> str:
    """What the code made with `-march=native` needs: the features that Linux lists, elsewhere the processor's
    name."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    return next(
        (line for line in lines if line.lower().startswith(("flags", "features"))), platform.processor()
    )


def this_variant() -> Variant | None:
    """What of a wheel for this platform the processor can run."""
    here = this_platform()
    return None if here is None else here.fitting(processor().split())
