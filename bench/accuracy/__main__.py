"""The command: `python -m bench.accuracy --reports 400 --seed 1 --jobs 2`."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import get_args

from bench.accuracy.batch import SIZE, Batch, Result, run_batch, run_foreign
from bench.accuracy.disorders import REGISTRY
from bench.accuracy.markdown import render, write
from bench.accuracy.plan import Format, Spec, minute, plan, printed
from bench.accuracy.product import ROOT
from bench.accuracy.score import Fault
from bench.accuracy.summary import faults, tally


def main(arguments: list[str] | None = None) -> int:
    """Runs the bench; 1 where a cell is silently wrong or a foreign document was taken for a report."""
    options = _parser().parse_args(arguments)
    specs = minute(options.seed) if options.minute else plan(options.seed, options.reports, only=options.only)
    if options.format == "pdf":
        specs = printed(specs)
    with tempfile.TemporaryDirectory(prefix="tonghop-do-") as work:
        batches = _run(specs, options, Path(work))
    foreign = batches.pop()
    results = sorted((r for batch in batches for r in batch.results), key=lambda result: result.spec.index)
    _say(results, foreign, options.show)
    if not options.minute and options.only is None and not options.dry and options.format == "docx":
        command = "python -m bench.accuracy " + " ".join(sys.argv[1:] if arguments is None else arguments)
        kept = sum(batch.kept_as_word for batch in batches)
        write(render(results, foreign, command.strip(), kept), ROOT / "docs" / "measurements.md")
    return 1 if tally(results).wrong or foreign.taken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description="Đo độ chính xác trên báo cáo sinh ra.")
    parser.add_argument(
        "--reports", type=int, default=400, help="số báo cáo trộn (ngoài các báo cáo xáo trộn từng thứ một)"
    )
    parser.add_argument("--seed", type=int, default=1, help="hạt giống: cùng hạt giống, cùng báo cáo")
    parser.add_argument("--jobs", type=int, default=2, help="số tiến trình")
    parser.add_argument("--minute", action="store_true", help="chừng một phút, cho .ci/run; không ghi docs/measurements.md")
    parser.add_argument("--format", choices=get_args(Format), default="docx", help="dạng tệp của báo cáo")
    parser.add_argument("--only", choices=sorted(REGISTRY), metavar="XÁO_TRỘN", help="chỉ một xáo trộn, --reports báo cáo")
    parser.add_argument("--keep", type=Path, metavar="THƯ_MỤC", help="giữ lại các tệp sinh ra")
    parser.add_argument("--show", action="store_true", help="kể từng ô sai lặng và mất")
    parser.add_argument("--dry", action="store_true", help="không ghi docs/measurements.md")
    return parser


def _run(specs: list[Spec], options: argparse.Namespace, work: Path) -> list[Batch]:
    """All batches; the foreign documents' one is the last."""
    parts = [specs[i : i + SIZE] for i in range(0, len(specs), SIZE)]
    done: list[Batch] = []
    started = time.monotonic()
    with ProcessPoolExecutor(options.jobs) as pool:
        folders = [work / f"lo-{i}" for i in range(len(parts))]
        waiting = [
            pool.submit(run_batch, part, folder, options.keep, options.format)
            for part, folder in zip(parts, folders, strict=True)
        ]
        foreign = pool.submit(run_foreign, options.seed, 1 if options.minute else 8, work / "khac", options.keep)
        for future in as_completed(waiting):
            done.append(future.result())
            _progress(done, len(parts), started)
        return [*done, foreign.result()]


def _progress(done: list[Batch], parts: int, started: float) -> None:
    part = tally(result for batch in done for result in batch.results)
    spent = time.monotonic() - started
    left = spent / len(done) * (parts - len(done))
    print(
        f"{len(done)}/{parts} lô · {part.reports} báo cáo · {part.total} ô · "
        f"sai lặng {part.wrong} · còn chừng {left:.0f} s",
        file=sys.stderr,
        flush=True,
    )


def _say(results: list[Result], foreign: Batch, show: bool) -> None:
    part = tally(results)
    print(
        f"{part.reports} báo cáo, {part.total} ô: đúng {part.share('right'):.3%}, hỏi đúng {part.cells['asked_rightly']}, "
        f"hỏi thừa {part.cells['asked_needlessly']}, sai lặng {part.wrong} (cận 95% {part.bound:.4%}), "
        f"mất {part.cells['lost']}; "
        f"đề mục F1 {part.heading_scores()[2]:.4f}; đơn vị đúng {part.sender['right']}/{part.reports}, "
        f"sai {part.sender['wrong']}; "
        f"văn bản khác nhận nhầm {len(foreign.taken)}/{foreign.foreign}"
    )
    for name in foreign.taken:
        print(f"NHẬN NHẦM {name}")
    if show:
        for line in _shown(faults(results, "silently_wrong", "lost", "asked_needlessly")):
            print(line)
        for result in results:
            if result.refused is not None:
                print(f"TỪ CHỐI {result.refused} {result.disorders}")


def _shown(found: Iterable[tuple[Result, Fault]]) -> Iterable[str]:
    for result, fault in found:
        got, want = fault.got or {}, fault.want
        place = f"bảng {got.get('table_no')} hàng {got.get('row_no')} cột {got.get('col_no')}"
        expected = f"{sorted(want.statuses) or 'hỏi'} {want.value} {want.text!r} «{want.raw}»" if want else fault.why
        yield (
            f"{fault.verdict} {fault.file_name} PL{fault.appendix} {fault.indicator} {fault.column_key} ({place}): "
            f"cần {expected}; có {got.get('status')} {got.get('value')} {got.get('text')!r} «{got.get('raw')}» "
            f"dòng «{got.get('source_label')}» cột «{got.get('source_column')}» {fault.why} {result.disorders}"
        )


if __name__ == "__main__":
    sys.exit(main())
