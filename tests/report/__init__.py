"""The report of small published weeks."""
