"""Commands about the engine: demo, gaps, match, evaluate, train."""

from pathlib import Path
from typing import Annotated, Any

import typer

JsonFlag = Annotated[bool, typer.Option("--json", help="print one JSON object")]
# General pairs mixed in when a corpus is given; more would drown the domain.
GENERAL_PAIRS = 60_000
FactoryArgument = Annotated[str, typer.Argument(help="seed key (f-d-001), id or exact name")]


def demo(
    *,
    as_json: JsonFlag = False,
    factory: Annotated[str, typer.Option(help="factory to match")] = "f-d-001",
    event: Annotated[str, typer.Option(help="event to plan")] = "e-001",
    seconds: Annotated[float, typer.Option(help="limit for the timetable")] = 20.0,
) -> None:
    """Run the main job once: seed, index, gaps, bundles, pairings, timetable; then exit."""
    from app.cli.demo import print_report, run_demo
    from app.cli.output import EXIT_FAILED, print_json

    report = run_demo(factory=factory, event=event, seconds=seconds, quiet=as_json)
    if as_json:
        print_json(report)
    else:
        print_report(report)
    if report["event"]["violations"] or any(b["violations"] for b in report["match"]["bundles"]):
        raise typer.Exit(EXIT_FAILED)


def gaps(
    factory: FactoryArgument,
    *,
    target: Annotated[str, typer.Option(help="FL1..FL4 or ML1..ML5")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Analyse what a factory lacks for its target, in order, with every factor."""
    from app.cli.output import print_json, print_table
    from app.cli.parts import find_assessed, open_wiring
    from app.services.match_result import describe_analysis
    from app.services.matching_runs import analyse_factory

    parts = open_wiring()
    with parts.database.session(write=False) as session:
        found, assessment = find_assessed(session, factory)
        criteria = parts.criteria.of_assessment(session, assessment)
        analysis = analyse_factory(found, assessment, criteria, target=target or found.target_level)
    if as_json:
        print_json(describe_analysis(analysis))
        return
    print_table(
        f"{found.name}  {found.level} → {analysis.target.code}",
        ["priority", "code", "gap", "why"],
        [
            [str(gap.priority), gap.code, gap.name, "；".join(f.why for f in gap.factors)]
            for gap in analysis.gaps
        ],
    )


def match(
    factory: FactoryArgument,
    *,
    budget_wan: Annotated[float | None, typer.Option(help="万元; default the factory's")] = None,
    weeks: Annotated[int | None, typer.Option(help="limit in weeks")] = None,
    providers: Annotated[int, typer.Option(min=1, max=8, help="at most so many")] = 4,
    target: Annotated[str, typer.Option(help="FL1..FL4 or ML1..ML5")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Find up to three proven bundles for a factory. Nothing is stored."""
    from app.cli.output import print_json
    from app.cli.parts import find_assessed, match_request, open_wiring
    from app.queries import factories as queries
    from app.services.matching_runs import MAX_NEEDS, compute

    parts = open_wiring()
    with parts.database.session(write=False) as session:
        found, assessment = find_assessed(session, factory)
        request = match_request(
            found, budget_wan=budget_wan, weeks=weeks, max_providers=providers, target=target
        )
        result = compute(
            found,
            assessment,
            queries.open_needs(session, found.id)[:MAX_NEEDS],
            criteria=parts.criteria.of_assessment(session, assessment),
            request=request,
            engine=parts.match_engine(session, now=parts.clock()),
            now=parts.clock(),
        )
    if as_json:
        print_json(result)
        return
    print_bundles(found.name, result["bundles"])


def print_bundles(title: str, bundles: dict[str, Any]) -> None:
    """Print the variants as a table, one row an offering."""
    from app.cli.output import print_table
    from app.core.money import format_wan

    for variant in bundles["variants"]:
        print_table(
            f"{title} · {variant['label']}  {format_wan(variant['cost_fen'])} 万元  "
            f"{variant['weeks']} 周  {variant['status']}  "
            f"弥补 {variant['closure_permille'] / 10} %",
            ["offering", "万元", "closes", "matched"],
            [
                [
                    item["name"],
                    format_wan(item["price_fen"]),
                    "；".join(f"{c['label']} {c['quality'] / 10:.0f} %" for c in item["closes"]),
                    " ".join(item["matched"]),
                ]
                for item in variant["offerings"]
            ],
        )
    for problem in bundles["missing"]:
        typer.echo(f"{problem['where']}: {problem['message']}")


def evaluate(
    folder: Annotated[Path, typer.Argument(help="BEIR folder")],
    *,
    system: Annotated[str, typer.Option(help="lexical, dense, hybrid or full")] = "full",
    qrels: Annotated[str, typer.Option(help="name of the judgements in qrels/")] = "test",
    as_json: JsonFlag = False,
) -> None:
    """Measure retrieval on a BEIR folder: nDCG@10, hit@1, hit@5, recall@10, MRR."""
    from app.cli.output import print_json, print_table
    from app.settings import Settings
    from matching.encode import load_encoder
    from matching.evaluate.run import evaluate as run
    from matching.rank.lexicon import load_inference_texts

    settings = Settings()
    encoder = load_encoder(
        settings.model,
        query_prompt=settings.query_prompt,
        document_prompt=settings.document_prompt,
    )
    report = run(
        folder,
        system=system,
        qrels=qrels,
        encoder=encoder,
        lexicon=load_inference_texts(settings.seed_dir),
    )
    if as_json:
        print_json(report.as_json())
        return
    low, high = report.interval
    rows = [[name, f"{value}"] for name, value in report.as_json().items()]
    rows.append(["ndcg@10, 95 %", f"{low:.4f} – {high:.4f}"])
    print_table(f"{folder.name} · {system} · {qrels}", ["metric", "value"], rows)


def train(
    *,
    data: Annotated[Path | None, typer.Option(help="folder with the training texts")] = None,
    out: Annotated[Path | None, typer.Option(help="model folder to write")] = None,
    seed: Annotated[int | None, typer.Option(help="random seed, else the model's own")] = None,
    epochs: Annotated[int | None, typer.Option(help="passes over the texts")] = None,
    corpus: Annotated[Path | None, typer.Option(help="general pairs.tsv.xz, optional")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Train the bundled Chinese model again from the project's own texts, on the CPU."""
    import json
    from dataclasses import replace

    from app.cli.output import print_json
    from app.settings import Settings
    from matching.train.data import load_corpus_pairs, load_training_data
    from matching.train.loop import LoopSettings
    from matching.train.model import train as run

    settings = Settings()
    target = out or Path(settings.model)
    loop = LoopSettings()
    loop = replace(loop, seed=loop.seed if seed is None else seed, epochs=epochs or loop.epochs)
    run(
        load_training_data(data or settings.seed_dir),
        target,
        settings=loop,
        corpus=load_corpus_pairs(corpus, limit=GENERAL_PAIRS, seed=loop.seed) if corpus else (),
        report=_silent if as_json else _print_epoch,
    )
    if as_json:
        print_json({"model": str(target), **json.loads((target / "manifest.json").read_text())})
    else:
        typer.echo(f"written: {target}")


def _print_epoch(epoch: int, loss: float) -> None:
    typer.echo(f"epoch {epoch + 1}: loss {loss:.4f}")


def _silent(_epoch: int, _loss: float) -> None:
    """Machines get one JSON object and nothing else."""
