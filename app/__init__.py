"""Jizhi 冀智对接: the web application, command line and database around `matching`."""
