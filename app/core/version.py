"""The version of the code that a match run or an event run was computed with."""

from importlib.metadata import version

CODE_VERSION = version("jizhi")
