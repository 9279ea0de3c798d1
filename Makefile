# Thin aliases of x.py, which works where make is missing.
.PHONY: run test test-slow check docs packs
run test test-slow check docs:
	@python3 x.py $@
packs:
	@python3 x.py linli packs check
	@python3 x.py linli packs diff
