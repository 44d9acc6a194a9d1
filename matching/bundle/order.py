"""When each offering of a bundle can be finished, if all that can be built in parallel is.

An offering starts as soon as every prerequisite (a set of scenes) is met by the factory or by
another offering of the bundle that is finished. With several deliverers of a scene the earliest
one counts. This is the least fixpoint of an AND/OR graph; offerings that wait for each other in
a circle never start.
"""

from collections.abc import Collection

from matching.bundle.instance import BundleInstance, Clause


def earliest_finish(instance: BundleInstance, chosen: Collection[str]) -> dict[str, int]:
    """Weeks from the start of the project to the finish of each *buildable* chosen offering.

    Offerings with a prerequisite that nobody delivers, or that only a circle delivers, are
    absent from the answer.
    """
    members = sorted(chosen)
    inside = set(members)
    finish: dict[str, int] = {}
    supply = {
        name: [
            tuple(s for s in instance.suppliers(name, clause) if s in inside)
            for clause in instance.pending[name]
        ]
        for name in members
    }
    changed = True
    while changed:
        changed = False
        for name in members:
            start = _start(supply[name], finish)
            if start is None:
                continue
            done = start + instance.offering_by_id[name].weeks
            if done < finish.get(name, done + 1):
                finish[name] = done
                changed = True
    return finish


def _start(clauses: list[tuple[str, ...]], finish: dict[str, int]) -> int | None:
    start = 0
    for suppliers in clauses:
        ready = [finish[s] for s in suppliers if s in finish]
        if not ready:
            return None
        start = max(start, min(ready))
    return start


def unmet_clauses(
    instance: BundleInstance, offering_id: str, chosen: Collection[str]
) -> tuple[Clause, ...]:
    """Prerequisites of `offering_id` that neither the factory nor `chosen` delivers."""
    scenes = frozenset[str]().union(
        *(instance.offering_by_id[c].scenes for c in chosen if c != offering_id)
    )
    return tuple(c for c in instance.pending[offering_id] if not c & scenes)
