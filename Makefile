# All commands of IQ-Verbund. `make help` lists them; each sets up what it needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
PYTEST := $(PY) -m pytest
JOBS ?= 3
PARALLEL = -n $(JOBS) --no-loadscope-reorder
ARGS ?=
export REGIONS DEMO
# Some environments keep Python from storing what it compiled: every process would compile 900 files again.
export PYTHONDONTWRITEBYTECODE :=

##@ Use

.PHONY: run
run: setup-run ## start centre, networks (REGIONS="rp sl sn" | all) and the demo (DEMO=small | full | none)
	@exec $(PY) -m deploy.local.run

.PHONY: reset
reset: setup-run ## delete the local state (.local or IQ_LOCAL_DIR)
	@$(PY) -m deploy.local.reset

.PHONY: help
help: ## show this list
	@awk 'BEGIN {FS = ":.*?## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Check

.PHONY: test
test: setup chromium prometheus ## everything: lint, types, import rules and all tests
	@$(MAKE) -j3 --output-sync=target lint types imports
	$(PYTEST) $(PARALLEL) --max-worker-restart 0 tests $(ARGS)  # a replaced worker makes xdist wait for ever

.PHONY: lint
lint: setup ## style of Python, YAML and the Containerfile
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/yamllint --strict .
	.venv/bin/hadolint Containerfile

.PHONY: types
types: setup ## mypy, strict
	.venv/bin/mypy

.PHONY: imports
imports: setup ## who may import whom
	.venv/bin/lint-imports

.PHONY: unit
unit: setup ## unit tests: rules, no socket
	$(PYTEST) tests/unit $(ARGS)

.PHONY: contracts
contracts: setup ## the published language: golden schemas, frozen samples
	$(PYTEST) tests/contracts $(ARGS)

.PHONY: integration
integration: setup ## services on a real PostgreSQL and a real broker
	$(PYTEST) $(PARALLEL) tests/integration $(ARGS)

.PHONY: federation
federation: setup ## networks, hub and centre together, with faults
	$(PYTEST) $(PARALLEL) tests/federation $(ARGS)

.PHONY: browser
browser: setup chromium ## pages as a person meets them, with accessibility checks
	$(PYTEST) $(PARALLEL) tests/browser $(ARGS)

.PHONY: axe
axe: setup chromium ## every page of every role with axe: 1280 and 320 px, light and dark, German and English
	IQ_AXE=1 $(PYTEST) tests/browser/test_axe.py $(ARGS)

.PHONY: injection
injection: setup ## every payload of the corpus in every text field of every API (ten minutes)
	IQ_PAYLOADS=1000 $(PYTEST) tests/integration/access/test_injection.py $(ARGS)

.PHONY: schemathesis
schemathesis: setup ## generated requests over every OpenAPI document, at length (EXAMPLES=100)
	IQ_SCHEMATHESIS=$(or $(EXAMPLES),100) $(PYTEST) tests/integration/access/test_schemathesis.py $(ARGS)

.PHONY: deploy-checks
deploy-checks: setup prometheus ## local run, broker configurations, Kubernetes manifests, alerts
	$(PYTEST) $(PARALLEL) tests/deploy $(ARGS)

##@ Operate (docs/life-of-a-network.md)

LIFE = $(PY) -m deploy.life
need = $(if $($(1)),,$(error bitte $(1)=… angeben, zum Beispiel $(2)))

.PHONY: network-add
network-add: setup-run ## let a network in at run time: NETWORK=xx (new ones: NAME= LAND= NUMBER=)
	$(call need,NETWORK,NETWORK=bw)
	@$(LIFE) add $(NETWORK) --name "$(NAME)" --land "$(LAND)" --number $(or $(NUMBER),0)

.PHONY: network-invite
network-invite: setup-run ## let a network in that will run on another machine: NETWORK=xx TO=folder (new ones: as add)
	$(call need,NETWORK,NETWORK=sn)$(call need,TO,TO=../sn-invitation)
	@$(LIFE) invite $(NETWORK) "$(TO)" --name "$(NAME)" --land "$(LAND)" --number $(or $(NUMBER),0)

.PHONY: network-accept
network-accept: setup-run ## set up an invited network where it will run: FROM=folder (HUB=tls://…:7422)
	$(call need,FROM,FROM=../sn-invitation)
	@$(LIFE) accept "$(FROM)" --hub "$(HUB)"

.PHONY: session
session: setup-run ## save one made-up session, as a counsellor would: NETWORK=sn
	$(call need,NETWORK,NETWORK=sn)
	@$(PY) -m deploy.demo.probe record $(NETWORK)

.PHONY: arrived
arrived: setup-run ## wait until the centre counts so many sessions of a network: NETWORK=sn COUNT=1
	$(call need,NETWORK,NETWORK=sn)$(call need,COUNT,COUNT=1)
	@$(PY) -m deploy.demo.probe arrived $(NETWORK) $(COUNT)

.PHONY: network-rotate
network-rotate: setup-run ## new keys and a new certificate for a network: NETWORK=rp
	$(call need,NETWORK,NETWORK=rp)
	@$(LIFE) rotate $(NETWORK)

.PHONY: reseal
reseal: setup-run ## seal a network's confidential data and drafts anew under a new key: NETWORK=rp
	$(call need,NETWORK,NETWORK=rp)
	@$(LIFE) reseal $(NETWORK)

.PHONY: network-revoke
network-revoke: setup-run ## shut a network out at once: NETWORK=rp
	$(call need,NETWORK,NETWORK=rp)
	@$(LIFE) revoke $(NETWORK)

.PHONY: network-backup
network-backup: setup-run ## back a network up: NETWORK=rp TO=folder
	$(call need,NETWORK,NETWORK=rp)$(call need,TO,TO=../rp-backup)
	@$(LIFE) backup $(NETWORK) "$(TO)"

.PHONY: network-restore
network-restore: setup-run ## take a backup in, in the old place or on a new machine: FROM=folder (HUB=tls://…:7422)
	$(call need,FROM,FROM=../rp-backup)
	@$(LIFE) restore "$(FROM)" --hub "$(HUB)"

.PHONY: network-move
network-move: setup-run ## back a stopped network up for a new machine; its keys end here: NETWORK=rp TO=folder
	$(call need,NETWORK,NETWORK=rp)$(call need,TO,TO=../rp-moving)
	@$(LIFE) move $(NETWORK) "$(TO)"

.PHONY: backup
backup: setup-run ## copy the whole PostgreSQL of the local run, verified; all later changes follow: TO=folder
	@$(PY) -m deploy.backup base $(if $(TO),--to "$(TO)")

.PHONY: restore-to
restore-to: setup-run ## go back to a moment (UTC): NETWORK=rp (de: centre, all: server) AT="2026-11-27 10:15"
	$(call need,NETWORK,NETWORK=rp)
	@$(PY) -m deploy.backup restore $(NETWORK) $(if $(AT),--at "$(AT)") $(if $(FROM),--from "$(FROM)") \
		$(if $(KEYS),--keys "$(KEYS)")

.PHONY: retention
retention: setup-run ## what is due by the retention rules: NETWORK=rp (dry run; APPLY=1 lets it go)
	$(call need,NETWORK,NETWORK=rp)
	@$(LIFE) retention $(NETWORK) $(if $(filter 1,$(APPLY)),--apply)

.PHONY: drill
drill: setup ## lose databases of a small federation, restore them to a moment, check every figure (10 minutes)
	@$(PY) -m drill.restoring $(ARGS)

.PHONY: walk
walk: setup ## do what docs/operations.md says in a fresh clone, from nothing to two joined networks (minutes)
	$(PY) -m drill.walk $(ARGS)

##@ Measure

.PHONY: bench
bench: setup ## benchmark suite; results in bench/results
	$(PY) -m bench $(ARGS)

.PHONY: idle
idle: setup ## what a federation takes that nobody uses (REGIONS=all SECONDS=120)
	@$(PY) -m bench.idle $(ARGS)

.PHONY: busy-day
busy-day: setup ## a day at ten times the country's load in ten minutes (NETWORKS=16 SESSIONS=4100 SECONDS=600 SEED=1)
	@$(PY) -m bench.day $(ARGS)

.PHONY: chaos
chaos: setup ## fault injection, seed printed (NETWORKS=16 EVENTS=100000 KILLS=500 SEED=…); docs/track-record.md
	$(PY) -m chaos $(ARGS)

.PHONY: restores
restores: setup ## backups of every store, an hour and seven days old, put back; what is lost is listed
	$(PYTEST) -s -m long tests/federation/test_restores.py $(ARGS)

.PHONY: hub-cluster
hub-cluster: setup ## kill and end servers of a hub of three, every stream on all of them (three minutes)
	$(PYTEST) -s -m long tests/federation/test_hub_cluster.py $(ARGS)

.PHONY: alerts
alerts: setup prometheus ## make each alert fire once on a local federation; results in docs/alerts.md
	$(PY) -m drill $(ARGS)

.PHONY: rolling
rolling: setup ## restart services under load, end them without broker or database (RESTARTS=50 SEED=1)
	$(PY) -m drill.rolling $(ARGS)

.PHONY: compatibility
compatibility: setup ## older code (COMMIT=), today's and tomorrow's at once; each side upgraded, one brought back
	$(PY) -m drill.versions $(COMMIT)

##@ Supply chain (SECURITY.md)

.PHONY: audit
audit: setup ## known vulnerabilities of everything locked (ADVISORIES="-s osv"); needs the advisory service
	@ADVISORIES='$(ADVISORIES)' tools/audit.sh

.PHONY: sbom
sbom: setup ## what the image contains, CycloneDX 1.6: build/sbom.cdx.json
	@$(PY) tools/sbom.py

.PHONY: image-check
image-check: setup ## build the image and start every service from it, root read-only (root, buildah; BASE=debian)
	@BASE='$(BASE)' tools/image.sh
	$(PYTEST) -m long tests/deploy/test_image_runs.py $(ARGS)

##@ Deploy

.PHONY: manifests
manifests: setup ## render overlays, the graph of their policies, dashboards and the table of metrics
	$(PY) -m deploy.k8s.render
	$(PY) -m deploy.k8s.graph
	$(PY) -m deploy.monitoring.dashboard
	$(PY) -m deploy.monitoring.catalogue

.PHONY: compose
compose: setup-run ## write keys, certificates and environments for compose.yaml: FOLDER=.compose
	$(call need,FOLDER,FOLDER=.compose)
	@$(PY) -m deploy.compose prepare "$(FOLDER)"

.PHONY: image
image: setup-run ## build the container image (buildah, podman, docker); BASE=debian: base made here
	@BASE='$(BASE)' tools/image.sh

##@ Develop

.PHONY: setup
setup: ## install everything by hash; quick when nothing changed
	@tools/setup.sh dev

.PHONY: setup-run
setup-run:
	@tools/setup.sh run

.PHONY: chromium
chromium:
	@tools/chromium.sh

.PHONY: prometheus
prometheus:
	@tools/prometheus.sh

.PHONY: format
format: setup ## put Python files into the house format
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

.PHONY: lock
lock: setup ## lock dependencies with hashes (UPGRADE=1: newest allowed versions)
	tools/lock.sh
