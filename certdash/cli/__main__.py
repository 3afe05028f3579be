"""`python -m certdash.cli`, for checkouts in which the command is not installed."""

import sys

from certdash.cli import main

sys.exit(main())
