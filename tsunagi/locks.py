"""Writes the lockfiles anew: versions with hashes, no address of any registry."""

import subprocess
import sys

from tsunagi.vendor import ROOT

COMPILE = [
    *(
        sys.executable,
        "-m",
        "piptools",
        "compile",
        "--quiet",
        "--upgrade",
        "--generate-hashes",
        "--allow-unsafe",
    ),
    *(
        "--strip-extras",
        "--no-header",
        "--no-emit-index-url",
        "--no-emit-trusted-host",
        "--no-emit-find-links",
    ),
]
LOCKS = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-traces.lock": ["--extra", "traces", "-c", "requirements.lock", "pyproject.toml"],
    "requirements-dev.lock": [
        "--extra",
        "dev",
        "--extra",
        "traces",
        "-c",
        "requirements.lock",
        "pyproject.toml",
    ],
    "requirements-node.lock": ["requirements-node.in"],
}


def main() -> None:
    """Write them all; takes some minutes."""
    for name, wanted in LOCKS.items():
        print(f"Choosing versions for {name}", flush=True)
        subprocess.run([*COMPILE, "-o", name, *wanted], cwd=ROOT, check=True)
    npm = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"]
    subprocess.run(npm, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
