"""What spark-submit is given: the command line, as a file."""

from stillwatch.cli import main

raise SystemExit(main())
