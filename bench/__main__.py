"""`python -m bench`: run the benchmarks one after the other; each prints ratios of its own run."""

import runpy
import sys

# Each is a module that runs by itself; instances of others are given by path, see README.md.
BENCHMARKS = ("bench.search", "bench.bundles")

if __name__ == "__main__":
    for name in BENCHMARKS:
        print(f"== {name}", flush=True)
        sys.argv = [name]
        runpy.run_module(name, run_name="__main__")
