"""The findings as plain text tables."""

from dataclasses import fields

from ml_core.findings import Findings, Fit
from ml_core.law import ValueLaw


def text_report(found: Findings) -> str:
    """All tables."""
    parts = [_run(found), _bases(found), _law("Value law, bit/byte", found.gain)]
    parts += [_law("Value law, share of reducible loss", found.share), _left_out(found), _parity(found)]
    parts += [_noise(found.gain), _worth(found), _effort(found)]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _run(found: Findings) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in found.run["versions"].items())
    return [f"Preset {found.run['preset']}, run {found.run['run']} ({versions})"]


def _bases(found: Findings) -> list[str]:
    free = found.free
    lines = ["Untuned networks: L = E + A (N/1e5)^-alpha + B (D/1e6)^-beta, bit/byte, published exponents"]
    lines += [
        f"  {name:20s} E {law.floor:.3f}  A {law.size:.3f}  B {law.data:.3f}"
        for name, law in found.bases.items()
    ]
    exponents = f"alpha {free.size_exponent:.2f}, beta {free.data_exponent:.2f}, E {free.floor:.2f}"
    return [*lines, f"  exponents fitted too on the base corpus: {exponents}"]


def _law(title: str, fit: Fit) -> list[str]:
    lines = [f"{title}: R2 {fit.quality:.3f} with each domain's own level, {len(fit.rows)} rows"]
    for field in fields(ValueLaw):
        low, high = fit.intervals[field.name]
        lines.append(f"  {field.name:14s} {getattr(fit.law, field.name):9.3f}  [{low:.3f}, {high:.3f}]")
    gaps = {name: fit.rows.gap[fit.rows.domain == name][0] for name in fit.levels}
    return lines + [
        f"    {name:20s} gap {gaps[name]:.3f}  level {level:.3f}" for name, level in fit.levels.items()
    ]


def _left_out(found: Findings) -> list[str]:
    lines = ["Mean absolute error on what was left out, share of the mean gain"]
    return lines + [f"  {e.form:13s} {e.kind:7s} {e.error:.3f}" for e in found.left_out]


def _parity(found: Findings) -> list[str]:
    lines = ["Gain over that of full tuning, mean over domains"]
    for p in found.parity:
        low, high = p.interval
        lines.append(f"  {p.tokens:7d} tokens  {p.variant:9s} {p.ratio:.3f}  [{low:.3f}, {high:.3f}]")
    return lines


def _noise(fit: Fit) -> list[str]:
    lines = ["Standard deviation between like customers"]
    return lines + [
        f"  {n:7d} tokens  {level:.4f} bit/byte  {rel:.1%}" for n, (level, rel) in fit.noise.items()
    ]


def _worth(found: Findings) -> list[str]:
    lines = ["Compute-equivalent gain at the most data: median, nats, and share of customers at the cap"]
    return lines + [f"  {v:9s} {gain:.2f}  {found.capped[v]:.0%}" for v, gain in found.compute_gains.items()]


def _effort(found: Findings) -> list[str]:
    lines = [f"Tunings that ended at a plateau: {found.plateau:.1%}. Learning rate at the edge of its grid:"]
    return lines + [f"  {variant:9s} {share:.0%}" for variant, share in found.edge.items()]
