"""Command line `jizhi`: parse, call a use-case, report."""
