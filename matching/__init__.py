"""Matching library of 冀智对接: numbers and texts in, explained numbers out.

Importable alone: nothing of `app`, no web or database library, and no heavy import at the top.
Sub-packages are imported by name (`matching.gaps`, `matching.rank`, ...).
"""

__version__ = "0.1.0"
