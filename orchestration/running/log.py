"""The logger to which a run's events and messages go: whoever shows or times them listens to it."""

import logging

LOG = logging.getLogger("fuzhi.run")
LOG.propagate = False
# Where nobody listens, nothing is shown; else the standard library would show warnings.
LOG.addHandler(logging.NullHandler())
