# The commands of the README. Each makes .venv and installs what is locked if that is missing or stale.
PYTHON ?= python3
BIN := .venv/bin
CORES ?= all

.PHONY: paper quick site docs archive report install-slurm test lint bench lock figure clean

paper: .venv/installed
	$(BIN)/fcflow unlock
	$(BIN)/snakemake --cores $(CORES)
	$(BIN)/fcflow claims

quick: .venv/installed
	$(BIN)/fcflow unlock --directory .quick
	$(BIN)/snakemake --cores $(CORES) --configfile config/quick.yaml --directory .quick

site: .venv/installed
	$(BIN)/fcflow unlock
	$(BIN)/snakemake --cores $(CORES) -- site
	@echo "Open results/site/index.html in a browser, or mail results/site.html."

# Guides and the API; the site links them where what builds them is installed.
docs: .venv/installed-dev
	$(BIN)/fcflow unlock
	$(BIN)/snakemake --cores $(CORES) -- docs
	@echo "Open results/site/docs/index.html in a browser."

# Results, site, code and configuration in one zip, which another person opens without Python.
archive: paper
	$(BIN)/fcflow archive fcflow-results.zip

report: paper
	$(BIN)/snakemake --cores 1 --report report.html
	$(BIN)/python -m fcflow.site.report report.html
	@echo "Open report.html in a browser."

# What snakemake --profile profiles/slurm needs (docs/cluster.md).
install-slurm: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-slurm.lock

test: .venv/installed-dev
	$(BIN)/pytest --numprocesses 2 --dist loadgroup --cov --cov-report term

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check workflow
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/lint_snakemake.py

bench: .venv/installed-dev
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(BIN)/python -m benchmarks

# Exact versions, for every platform and Python that the project supports.
lock: .venv/installed-dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header \
	    --extra paper --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header \
	    --extra slurm --constraint requirements.lock --output-file requirements-slurm.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header \
	    --extra dev --constraint requirements-slurm.lock --output-file requirements-dev.lock pyproject.toml

# The README shows the figure as last rebuilt.
figure: paper
	cp results/figures/figure2.png docs/figure2.png

clean:
	rm -rf results logs .quick .snakemake report.html fcflow-results.zip

.venv/installed: requirements.lock pyproject.toml
	$(call install,requirements.lock)

.venv/installed-dev: requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	touch .venv/installed

define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "fcflow needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Give another one: make PYTHON=python3.12 ...")'
test -x $(BIN)/python || $(PYTHON) -m venv .venv
$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $(1)
$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
$(BIN)/fcflow compile
$(BIN)/fcflow schema > config/schema.json
touch $@
endef
