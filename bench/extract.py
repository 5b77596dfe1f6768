#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""How much of a small real language model its evidence tells: stories260K (HARTONOMOUS_SHARED or ../shared) writes
STORIES (default 530) stories of 240 tokens; extract_edges reads nine tenths of them and is measured on the rest.

Stated limits, of an order-4 graph of 60 000 places: at least 58 % agreement, at most 0.70 nats and 7 rows a place.
CPU seconds of the backend.
"""
import os
import pathlib
import time

from cluster import Session, admin, process_cpu

STORIES = int(os.environ.get('STORIES', 530))
shared = pathlib.Path(os.environ.get('HARTONOMOUS_SHARED', pathlib.Path(__file__).resolve().parents[2] / 'shared'))
model = shared / 'data/models/stories260K-gguf/stories260K.gguf'
if not model.exists():
    raise SystemExit(f'extract: no {model}')

admin('DROP DATABASE IF EXISTS bench_extract WITH (FORCE)')
admin('CREATE DATABASE bench_extract')
session = Session('bench_extract')
session.run(f"""SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE;
    SELECT hartonomous.ingest_model('{model}', 'stories');
    CREATE TABLE story AS SELECT hartonomous.complete('stories', '', max_tokens => 240, temperature => 1, seed => i) AS content
    FROM generate_series(1, {STORIES}) i""")
print('order  places  rows/place  agreement  divergence  CPU-s')
for order in range(1, 6):
    before = process_cpu(session.pid)
    places, rows, agreement, divergence = session.run(
        f"SELECT places, new_evidence, agreement, divergence FROM hartonomous.extract_edges('stories', "
        f"'SELECT content FROM story', order_n => {order}, domain => 'order {order}')").split('|')
    print(f'{order:5} {int(places):7} {int(rows) / int(places):11.2f} {100 * float(agreement):9.1f} % {float(divergence):9.3f} '
          f'{process_cpu(session.pid) - before:8.1f}', flush=True)
