"""The measurements as Markdown, written between this bench's markers in docs/measurements.md."""

import platform
from datetime import date
from pathlib import Path

from bench.accuracy.batch import Batch, Result
from bench.accuracy.disorders import FAMILIES, REGISTRY
from bench.accuracy.statistics import upper_bound
from bench.accuracy.summary import Tally, by_disorder, by_group, by_strength, curve, tally

BEGIN, END = "<!-- accuracy:begin -->", "<!-- accuracy:end -->"
GROUPS = {
    "clean": "Không xáo trộn",
    "alone": "Từng xáo trộn một",
    "mixed-tuning": "Trộn, các xáo trộn dùng để chỉnh",
    "mixed-held-out": "Trộn, các xáo trộn để riêng",
    "mixed-both": "Trộn cả hai",
}
HEAD = "| | báo cáo | ô | đúng | hỏi đúng | hỏi thừa | sai lặng | mất | ≤ (95%) | đề mục F1 | đơn vị gửi |"
RULE = "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"


def render(results: list[Result], foreign: Batch, command: str, kept_as_word: int) -> str:
    """The whole section."""
    return "\n".join(
        [
            "## Độ chính xác (bench/accuracy)",
            "",
            f"Lệnh: `{command}` · máy: {_machine()} · ngày {date.today():%d/%m/%Y}.",
            "",
            *_definitions(),
            "",
            *_whole(results, kept_as_word),
            "",
            *_groups(results),
            "",
            *_halves(results),
            "",
            *_foreign(foreign),
            "",
            *_calibration(results),
            "",
            *_alone(results),
            "",
            *_mixed(results),
            "",
            *_undecidable(),
        ]
    )


def write(section: str, path: Path) -> None:
    """Replaces the section between the markers; the rest of the file is left alone."""
    text = path.read_text(encoding="utf-8") if path.exists() else "# Số đo\n"
    block = f"{BEGIN}\n{section}\n{END}"
    if BEGIN in text and END in text:
        head, rest = text.split(BEGIN, 1)
        text = head + block + rest.split(END, 1)[1]
    else:
        text = f"{text.rstrip()}\n\n{block}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _machine() -> str:
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _cpu_lines() if line.startswith("model name")), platform.machine()
    )
    return f"{cpu}, {platform.system()}, Python {platform.python_version()}"


def _cpu_lines() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _definitions() -> list[str]:
    return [
        "Ô: mọi (phụ lục, chỉ tiêu, cột) của mẫu, có in hay không. **Sai lặng**: trạng thái chắc chắn mà "
        "người đọc kỹ sẽ ghi khác,",
        "một ô dùng hai lần, số không có trong tệp, hay cả báo cáo ghi nhầm đơn vị. **Hỏi đúng**: ô bị "
        "đánh dấu mà người cẩn thận",
        "cũng phải (hoặc có thể) hỏi; **hỏi thừa**: ô đọc được rõ mà vẫn hỏi. **Mất**: không có bản ghi nào. Cận 95% là",
        "Clopper–Pearson một phía (3/n khi không có ô sai), coi các ô là độc lập.",
    ]


def _line(name: str, part: Tally) -> str:
    asked = part.cells["asked_rightly"], part.cells["asked_needlessly"]
    sender = part.sender["right"] / part.reports
    wrong = f" (sai {part.sender['wrong']})" if part.sender["wrong"] else ""
    return (
        f"| {name} | {part.reports} | {part.total} | {part.share('right'):.2%} | {asked[0] / part.total:.2%} | "
        f"{asked[1] / part.total:.2%} | {part.wrong} | {part.cells['lost']} | {part.bound:.4%} | "
        f"{part.heading_scores()[2]:.4f} | {sender:.1%}{wrong} |"
    )


def _whole(results: list[Result], kept_as_word: int) -> list[str]:
    part = tally(results)
    filled = sum(part.filled.values())
    precision, recall, score = part.heading_scores()
    by_report = upper_bound(part.reports_wrong, part.reports)
    return [
        f"- **{part.reports} báo cáo, {part.total} ô của mẫu ({filled} ô có chữ) và "
        f"{sum(part.further.values())} ô ngoài mẫu.**",
        f"- Sai lặng: **{part.wrong}** ô, cận 95%: {part.bound:.4%}; theo báo cáo: {part.reports_wrong} "
        f"/ {part.reports}, cận "
        f"{by_report:.2%} (các ô của một báo cáo không độc lập, nên cận này chặt chẽ hơn).",
        f"- Đúng không phải hỏi: {part.share('right'):.3%} số ô; {part.filled['right'] / max(1, filled):.3%} số ô có chữ.",
        f"- Hỏi: {part.share('asked_rightly') + part.share('asked_needlessly'):.3%} số ô, trong đó hỏi đúng "
        f"{part.cells['asked_rightly']}, hỏi thừa {part.cells['asked_needlessly']}. Mất: {part.cells['lost']} ô; "
        f"báo cáo bị từ chối: {part.refused}.",
        f"- Ô ngoài mẫu: giữ đúng {part.further['right']}, giữ kèm câu hỏi {part.further['asked_rightly']}, mất "
        f"{part.further['lost']} (không phát hiện nào nhắc tới: {part.unsaid}), "
        f"hỏi thừa {part.further['asked_needlessly']}, sai lặng {part.further['silently_wrong']}.",
        f"- Đề mục: chính xác {precision:.4f}, đầy đủ {recall:.4f}, F1 {score:.4f}.",
        f"- Đơn vị gửi: đúng {part.sender['right'] / part.reports:.2%}, chưa rõ {part.sender['unknown']}, "
        f"**sai {part.sender['wrong']}**; số văn bản đúng {part.numbers / part.reports:.2%}, ngày đúng "
        f"{part.dates / part.reports:.2%}.",
        f"- Ô chữ gốc (`raw`) khác bản in: {part.raw_wrong}. Viết bởi: {_producers(results)}"
        f" ({kept_as_word} tệp LibreOffice không giữ nguyên chữ nên để bản Word).",
    ]


def _producers(results: list[Result]) -> str:
    names = [result.producer for result in results]
    return ", ".join(f"{name} {names.count(name)}" for name in sorted(set(names)))


def _groups(results: list[Result]) -> list[str]:
    return ["### Theo nhóm", "", HEAD, RULE, *(_line(GROUPS[name], part) for name, part in by_group(results).items())]


def _halves(results: list[Result]) -> list[str]:
    """Reports with tuning disorders only against those with held-out ones only."""

    def pick(held_out: bool) -> Tally:
        return tally(r for r in results if r.disorders and all(REGISTRY[n].held_out == held_out for n, _ in r.disorders))

    count = sum(d.held_out for d in REGISTRY.values())
    return [
        "### Xáo trộn dùng để chỉnh và xáo trộn để riêng",
        "",
        f"{len(REGISTRY)} xáo trộn, {count} để riêng từ đầu (danh sách cố định trong mã), không nhìn tới khi chỉnh ngưỡng.",
        "",
        HEAD,
        RULE,
        _line("chỉ các xáo trộn dùng để chỉnh", pick(False)),
        _line("chỉ các xáo trộn để riêng", pick(True)),
    ]


def _foreign(foreign: Batch) -> list[str]:
    taken = "; ".join(foreign.taken) or "không có"
    return [
        "### Văn bản khác",
        "",
        f"{foreign.foreign} văn bản không phải báo cáo theo mẫu (luật, công văn, báo cáo khác, kế hoạch "
        f"kèm đề cương và phụ lục "
        f"trống …): nhận nhầm **{len(foreign.taken)}** ({taken}).",
    ]


def _calibration(results: list[Result]) -> list[str]:
    out = [
        "### Điểm khớp và độ tin so với sự thật",
        "",
        "Ô có chữ, đọc được rõ: tỷ lệ đọc sai (đúng hay sai tính trên `value_read`, `text_read`, kể cả ô bị hỏi).",
        "",
        "| từ | đến | ô theo match_score | đọc sai | ô theo confidence | đọc sai |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for (start, end, count, wrong), (_, _, count2, wrong2) in zip(curve(results, 0), curve(results, 1), strict=True):
        out.append(f"| {start} | {end} | {count} | {_rate(wrong, count)} | {count2} | {_rate(wrong2, count2)} |")
    return out


def _rate(wrong: int, count: int) -> str:
    return f"{wrong} ({wrong / count:.2%})" if count else "–"


def _alone(results: list[Result]) -> list[str]:
    parts, levels = by_disorder(results, alone=True), by_strength(results)
    out = [
        "### Từng xáo trộn một",
        "",
        "Mỗi xáo trộn ở ba mức trên một báo cáo không xáo trộn gì khác; ★ là xáo trộn để riêng; «sai "
        "lặng» ghi theo mức 1/2/3.",
        "",
        "| họ | xáo trộn | ô | đúng | hỏi đúng | hỏi thừa | sai lặng (1/2/3) | mất | F1 | đơn vị |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for family in FAMILIES:
        for name, disorder in REGISTRY.items():
            if disorder.family == family and name in parts:
                out.append(_alone_line(name, parts[name], levels))
    return out


def _alone_line(name: str, part: Tally, levels: dict[tuple[str, int], Tally]) -> str:
    disorder = REGISTRY[name]
    wrong = "/".join(str(levels[name, i].wrong) if (name, i) in levels else "–" for i in (1, 2, 3))
    star = " ★" if disorder.held_out else ""
    return (
        f"| {disorder.family} | {name}{star}: {disorder.says} | {part.total} | {part.share('right'):.2%} | "
        f"{part.cells['asked_rightly']} | {part.cells['asked_needlessly']} | {wrong} | {part.cells['lost']} | "
        f"{part.heading_scores()[2]:.3f} | {part.sender['right']}/{part.reports} |"
    )


def _mixed(results: list[Result]) -> list[str]:
    parts = by_disorder(results, alone=False)
    out = [
        "### Trong các báo cáo trộn",
        "",
        "Các báo cáo có xáo trộn ấy cùng với những xáo trộn khác.",
        "",
        "| xáo trộn | báo cáo | đúng | hỏi thừa | sai lặng | mất |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, part in sorted(parts.items(), key=lambda item: (-item[1].wrong / item[1].total, item[0])):
        star = " ★" if REGISTRY[name].held_out else ""
        out.append(
            f"| {name}{star} | {part.reports} | {part.share('right'):.2%} | {part.cells['asked_needlessly']} | "
            f"{part.wrong} | {part.cells['lost']} |"
        )
    return out


def _undecidable() -> list[str]:
    lines = [f"- {name}: {d.undecidable}." for name, d in REGISTRY.items() if d.undecidable]
    return ["### Những ô thật sự không quyết được", "", "Ở các ô này, hỏi là đúng:", "", *lines]
