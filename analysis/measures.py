"""The shelf of a study: measures of governments put on, changed, taken off, and told in words."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, get_args

from analysis.study import Study
from analysis.units import amount, plain, share
from sim.config import Config
from sim.config.policies import TARGETS, BreakUp, Measure, OwnMeasure, Policy
from sim.errors import UserError
from sim.scenario.files import POLICIES, parse, presets

Values = dict[str, Any]  # key of a measure, such as amount.size -> value
KINDS: dict[str, type[Measure]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for model in get_args(get_args(Policy)[0])
    if model is not OwnMeasure  # extensions are never loaded by the app
}
NAMES = {
    "grant": "Grant", "commons_grant": "Grant to member-owned providers", "credit_line": "Guaranteed credit",
    "procurement": "Public purchases", "merger_block": "Merger control", "break_up": "Break-up",
    "below_cost_ban": "Ban on prices below cost", "price_cap": "Price cap",
    "export_control": "Export control", "audit_mandate": "Mandatory audits", "licence": "Licence",
    "compute_cap": "Cap on training runs", "open_weights_mandate": "Mandatory open weights",
}  # fmt: skip
TOLD = {
    "grant": "{payer} pays {target} {amount}.",
    "commons_grant": "{payer} pays member-owned providers {size}.",
    "credit_line": "{payer} guarantees debts of {target} up to {size}.",
    "procurement": "{payer} buys tokens for {size} and gives products from home {home_bias} of utility more.",
    "merger_block": "{jurisdictions} forbids mergers to an HHI above {concentration} that add over {rise}.",
    "break_up": "{jurisdictions} divides {target}; {successor} takes {share}.",
    "below_cost_ban": "In {jurisdictions} {target} may not sell below unit cost.",
    "price_cap": "In {jurisdictions} {target} may charge at most {ratio} x unit cost.",
    "export_control": "Providers of {sellers} may not sell to customers in {buyers}.",
    "audit_mandate": "In {jurisdictions} models of {target} from {threshold} are audited; {paid_by} pays.",
    "licence": "In {jurisdictions} models of {target} from {threshold} need a licence for {fee}.",
    "compute_cap": "In {jurisdictions} {target} may not train on more than {most}.",
    "open_weights_mandate": "In {jurisdictions} {target} publishes weights {delay} after release.",
}
WHOM = {
    "domestic": "all providers at home",
    "best_domestic": "the most capable provider at home",
    "champions": "national champions",
    "commons": "member-owned providers",
}
FOR_GOOD = "2199-12"  # an end that no run reaches


def shelf(study: Study) -> dict[str, Values]:
    """The measures of a study by name, as they are being changed; they need not fit."""
    found: dict[str, Values] = {}
    for leaf in study.plain.resolve().leaves:
        _put(found, leaf.path, leaf.value)
    for path, value in study.settings:
        _put(found, path, value)
    return found


def _put(found: dict[str, Values], path: str, value: Any) -> None:
    group, _, rest = path.partition(".")
    name, _, key = rest.partition(".")
    if group != POLICIES:
        return
    if key:
        found.setdefault(name, {})[key] = value
    elif value is False:
        found.pop(name, None)


@cache
def shipped_measures() -> dict[str, dict[str, Values]]:
    """Preset -> name -> values of the measures that it puts on."""
    return {
        preset: {name: _flat(said) for name, said in parse(path)[POLICIES].items()}
        for preset, path in presets().items()
    }


def _flat(table: Mapping[str, Any], above: str = "") -> Values:
    """Values by dotted key; of a quantity its number alone."""
    found: Values = {}
    for key, said in table.items():
        if isinstance(said, dict) and "value" not in said:
            found |= _flat(said, f"{above}{key}.")
        else:
            value = said["value"] if isinstance(said, dict) else said
            found[above + key] = tuple(value) if isinstance(value, list) else value
    return found


def titles() -> dict[str, str]:
    """Preset -> its title."""
    return {name: str(parse(path)["title"]) for name, path in presets().items()}


def with_preset(study: Study, preset: str) -> Study:
    """The study with a preset of measures on top. Raises `UserError` where it does not fit the scenario."""
    own = shipped_measures()[preset]
    found = replace(_without_settings(study, own), policies=tuple(dict.fromkeys((*study.policies, preset))))
    found.plain.resolve()
    return found


def with_own(study: Study, kind: str) -> Study:
    """The study with a measure of a kind, its values those of the shipped measure of that kind."""
    taken = {*shelf(study), *(name for own in shipped_measures().values() for name in own)}
    name = next(name for n in range(1, 1000) if (name := f"{kind}_{n}") not in taken)
    values = _fitted(_template(kind), study.plain.resolve().config)
    said = {"description": f"{KINDS[kind].model_fields['kind'].description}"}
    return study.having({f"{POLICIES}.{name}.{key}": value for key, value in (values | said).items()})


def _template(kind: str) -> Values:
    every = (values for own in shipped_measures().values() for values in own.values())
    return next(values for values in every if values["kind"] == kind)


def _fitted(values: Values, config: Config) -> Values:
    """Values whose providers are those of a scenario."""
    firms = {provider.name: provider for provider in config.providers}
    if values["kind"] != "break_up" or values["target"] not in firms:
        return values
    target = firms[values["target"]]
    heirs = [p.name for p in config.providers if p is not target and {*target.tiers} <= {*p.tiers}]
    return values | {"successor": heirs[0]} if heirs else values


def without(study: Study, name: str) -> Study:
    """The study without a measure; a preset goes with its last measure."""
    bare = _without_settings(study, [name])
    left = {preset: {*own} & {*shelf(bare)} for preset, own in shipped_measures().items()}
    alone = [preset for preset in bare.policies if left[preset] == {name}]
    bare = _without_settings(bare, [m for preset in alone for m in shipped_measures()[preset]])
    bare = replace(bare, policies=tuple(preset for preset in bare.policies if preset not in alone))
    return bare.having({f"{POLICIES}.{name}": False}) if name in shelf(bare) else bare


def _without_settings(study: Study, names: Any) -> Study:
    """The study without what was set of some measures."""
    own = {f"{POLICIES}.{name}" for name in names}
    kept = tuple(one for one in study.settings if ".".join(one[0].split(".")[:2]) not in own)
    return replace(study, settings=kept)


def with_amount(study: Study, name: str, kind: str) -> Study:
    """The study with a grant that is fixed, or that follows the payer's motives."""
    place = f"{POLICIES}.{name}.amount"
    kept = tuple(one for one in study.settings if not one[0].startswith(f"{place}."))
    bare, shipped = replace(study, settings=kept), _template("grant")
    if shelf(bare).get(name, {}).get("amount.kind") == kind:
        return bare
    size = {f"{place}.size": shipped["amount.size"]} if kind == "fixed" else {}
    return bare.having({f"{place}.kind": kind} | size)


def problems(study: Study) -> dict[str, list[str]]:
    """Measure -> sentences on what does not fit in it; under an empty name what lies elsewhere."""
    try:
        study.resolve()
    except UserError as error:
        found: dict[str, list[str]] = {}
        for problem in error.problems:
            bare = re.sub(rf"^\S+: (?={POLICIES}\.)", "", problem)  # the file
            for sentence in re.split(rf" (?={POLICIES}\.)", bare):
                place = re.match(rf"{POLICIES}\.(\w+)[.:]\s*", sentence)
                said = sentence[place.end() :] if place else sentence
                found.setdefault(place[1] if place else "", []).append(said)
        return found
    return {}


def told(values: Values) -> str:
    """A measure as a sentence, with the months in which it holds."""
    words = {key: _word(key, value) for key, value in values.items() if "." not in key}
    fixed = values.get("amount.kind") == "fixed"
    words["amount"] = _word("size", values.get("amount.size")) if fixed else "what its motives ask for"
    if values["kind"] == "credit_line":
        words["size"] = amount(values["size"], "USD")
    until = "for good" if values["end"] == FOR_GOOD else f"until {values['end']}"
    sentence = TOLD[values["kind"]].format(**words)
    return f"{sentence[0].upper()}{sentence[1:]} From {values['start']} {until}."


def _word(key: str, value: Any) -> str:
    """A value of a measure in words."""
    if isinstance(value, tuple):
        return " and ".join(name.replace("_", " ").title() for name in value) or "nowhere"
    if key in ("payer", "paid_by"):
        return str(value).replace("_", " ").title() if key == "payer" else str(value)
    if isinstance(value, str):
        return WHOM.get(value, value.replace("_", " "))
    units = {"size": "USD", "fee": "USD", "threshold": "FLOP", "most": "FLOP", "delay": "month"}
    if key == "share":
        return share(value)
    said = amount(value, units[key]) if key in units else plain(value)
    return f"{said} a year" if key == "size" else said


def whom(config: Config, key: str, kind: str) -> dict[str, str]:
    """Whom a key can name, in words: providers, and for most targets some of them together."""
    single = key == "successor" or KINDS[kind] is BreakUp
    words = {} if single else {word: WHOM[word] for word in TARGETS}
    return words | {provider.name: provider.label for provider in config.providers}
