"""How to make a result again: command, Python, scenario file, seed and version."""

import streamlit as st

from analysis.pages.parts.figures import download
from analysis.playing import Order
from analysis.study import Study, command, python, statements, toml
from sim.sweep.keys import model_version


def reproduce(study: Study, order: Order, key: str) -> None:
    """Everything that is needed to get the same values elsewhere."""
    with st.expander("Reproduce"):
        st.caption(
            f"Seed {order.seed}, {order.replications} runs of {order.months} months, parameters "
            f"{order.scenario.digest}, model {model_version()}. The same values come out here and there."
        )
        shell, script, file = st.tabs(["Command", "Python", "Scenario file"])
        said = statements(study.settings)
        told = command(study.scenario, order.months, order.seed, order.replications, said, study.policies)
        shell.code(told, language="shell", wrap_lines=True)
        script.code(python(study, order.months, order.replications), language="python")
        text = toml(study, order.scenario)
        with file:
            st.code(text, language="toml", wrap_lines=True)
            download("Download the scenario", lambda: text, f"{key}.toml", "application/toml")
