# congvu: `make demo` shows the system at work, `make test` proves it. `make help` lists the rest.
PYTHON ?= python3
CONGVU := .venv/bin/congvu
.PHONY: help setup run demo play test lint types floors clauses bench watch

help: ## danh sách lệnh
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

setup: ## chuẩn bị môi trường, các gói và tệp giao diện (kể cả để phát triển)
	@$(PYTHON) scripts/bootstrap.py dev

run: ## chạy hệ thống, không có dữ liệu trình diễn
	@$(PYTHON) scripts/bootstrap.py
	@exec $(CONGVU) up

demo: ## chạy hệ thống với dữ liệu trình diễn
	@$(PYTHON) scripts/bootstrap.py
	@exec $(CONGVU) demo

play: ## đi trọn việc chính không cần trình duyệt, kết quả ở out/play/
	@$(PYTHON) scripts/bootstrap.py
	@$(CONGVU) play

test: ## mọi kiểm tra: mã nguồn, kiểu, tầng, điều khoản, kiểm thử, trình duyệt
	@$(PYTHON) scripts/bootstrap.py dev
	@.venv/bin/python scripts/test.py

lint: setup ## kiểm tra cách viết
	@.venv/bin/ruff check src tests scripts
	@.venv/bin/ruff format --check src tests scripts

types: setup ## kiểm tra kiểu
	@.venv/bin/mypy

floors: setup ## kiểm tra các tầng của ngôi nhà
	@.venv/bin/lint-imports

clauses: setup ## tính bảng điều khoản và nơi thực hiện
	@$(CONGVU) clauses

bench: setup ## đo hiệu năng, kết quả ở out/bench.json
	@$(CONGVU) bench

watch: setup ## dựng lại tệp giao diện mỗi khi sửa
	@$(PYTHON) scripts/frontend.py --watch
