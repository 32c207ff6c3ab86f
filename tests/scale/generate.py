"""Writes a registry of so many studies: those of the tiny registry again and again, under other names and sizes. Takes a number and a folder."""
import pathlib
import shutil
import sys

count, target = int(sys.argv[1]), pathlib.Path(sys.argv[2])
tiny = pathlib.Path(__file__).parent.parent / "registry" / "tiny"
shutil.copytree(tiny, target)
# Claims of the two name each other; a copy has claims of its own and no rivals among the studies.
models = ["tiny-2024-gaussian", "tiny-2025-regression"]
for number in range(count - len(models)):
    model, name = models[number % 2], f"made-2026-{number:05}"
    for folder in ["studies", "claims"]:
        text = (tiny / folder / f"{model}.toml").read_text()
        lines = [line for line in text.splitlines() if not line.startswith(("conflicts", "arxiv"))]
        text = "\n".join(lines) + "\n"
        # No two are the same experiment.
        text = text.replace("samples = [10, 20, 40]", f"samples = [{10 + number % 50}, {80 + number % 50}, {200 + number % 50}]")
        (target / folder / f"{name}.toml").write_text(text)
# The error probability is shared by as many claims as there are.
criteria = target / "claims" / "criteria.toml"
criteria.write_text(criteria.read_text().replace("[capacity]\nvalue = 500", f"[capacity]\nvalue = {2 * count}"))
