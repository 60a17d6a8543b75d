# A thin wrapper: everything is in tools/make.py, which also runs where there is no make.
# Another Python: make course PYTHON=python3.12        More arguments: make test ARGS="--stage unit"
ifeq ($(OS),Windows_NT)
PYTHON ?= py
else
PYTHON ?= python3
endif
ARGS ?=

.PHONY: help course test bench bench-gpu build setup clean
help course test bench bench-gpu build setup clean:
	@"$(PYTHON)" tools/make.py $@ $(ARGS)
