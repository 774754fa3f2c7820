"""The made-up inbox: what `fuzhi sample` writes, `make run` runs on and the tests hold the issues table against."""

from orchestration.sample.manifest import Manifest
from orchestration.sample.writing import write_sample

__all__ = ["Manifest", "write_sample"]
