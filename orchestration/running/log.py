"""The logger to which a run's events and messages go: whoever shows or times them listens to it."""

import logging

LOG = logging.getLogger("fuzhi.run")
LOG.propagate = False
