"""published/ → the catalogue: static pages in Chinese and English, of what is published and counts of the workspace.

`build_site` is the way in.
"""

from orchestration.catalogue.building import Site, build_site

__all__ = ["Site", "build_site"]
