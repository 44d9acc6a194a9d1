"""`python -m bench`: run the benchmarks one after the other; each prints ratios of its own run."""

import runpy
import sys

# Each is a module that runs by itself; instances of others are given by path, see README.md.
# The textbook model of bench.bundles is left out here: it runs into its limit on every instance.
BENCHMARKS = {
    "bench.search": [],
    "bench.reports": [],
    "bench.bundles": ["--count", "8", "--contenders", "ours", "highs", "variants"],
}

if __name__ == "__main__":
    for name, arguments in BENCHMARKS.items():
        print(f"== {name} {' '.join(arguments)}", flush=True)
        sys.argv = [name, *arguments]
        runpy.run_module(name, run_name="__main__")
