# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""What versions cost: a commit that changes 1 MB of a large model, a branch of it, an overlay, and
refs that move while eight sessions read them.

HARTONOMOUS_BENCH_GIB sets the size of the model (5); it is random, in tensors of 1 MiB and one of
64 MiB. Wall-clock milliseconds of the statement, in the server, its commit included: what is stated
as a limit is latency. Limits: a commit 50 ms at the 99th percentile and 1.2 MB, a branch 5 ms,
nothing torn, an overlay 3 ms and no bytes of the base.
"""
import os
import pathlib
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'test'))
from cluster import Session, admin  # noqa: E402

SAMPLE = pathlib.Path(__file__).resolve().parent.parent / 'sample'
GIB = float(os.environ.get('HARTONOMOUS_BENCH_GIB', '5'))
COMMITS = 200
READERS = 8
READS = int(os.environ.get('HARTONOMOUS_BENCH_READS', '1000000'))


def write_model(path):
    """Random bytes as F32: names t0.. of 512 x 512, and `large` of 8192 x 2048."""
    import json
    count = int(GIB * 1024) - 64
    header, at = {}, 0
    for name, shape in [*((f't{i}', [512, 512]) for i in range(count)), ('large', [8192, 2048])]:
        size = shape[0] * shape[1] * 4
        header[name] = {'dtype': 'F32', 'shape': shape, 'data_offsets': [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    with open(path, 'wb') as f:
        f.write(len(text).to_bytes(8, 'little') + text)
        for _ in range(at >> 20):
            f.write(os.urandom(1 << 20))
    return at


def timed(session, sql):
    start = time.perf_counter()
    result = session.run(sql)
    return 1000 * (time.perf_counter() - start), result


def row(name, times):
    times = sorted(times)
    print(f'{name:44} median {times[len(times) // 2]:7.2f} ms   p99 {times[int(len(times) * 0.99)]:7.2f} ms   '
          f'max {times[-1]:7.2f} ms')


def size(session):
    return int(session.run("SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c "
                           "WHERE c.relnamespace = 'hartonomous'::regnamespace AND relkind = 'r'"))


def commits(session, name, change, setup=None):
    times = []
    session.run('CHECKPOINT')
    before, wal = size(session), session.run('SELECT pg_current_wal_lsn()')
    for i in range(COMMITS):
        if setup:
            setup(i)
        times.append(timed(session, f"SELECT hartonomous.commit_version('m', ARRAY[{change(i)}])")[0])
    row(name, times)
    logged = int(session.run(f"SELECT (pg_current_wal_lsn() - '{wal}'::pg_lsn)::bigint"))
    print(f'{"":44} {(size(session) - before) / COMMITS / 1e6:.3f} MB of tables and {logged / COMMITS / 1e6:.3f} MB of '
          'log for each')


def torn_reads():
    """A writer moves main between two versions with all tensors different; each read takes two of
    them in one statement, which must be of one version."""
    setup = Session('bench_version')
    setup.run("SELECT hartonomous.commit_version('r', ARRAY[hartonomous.change_tensor('a', '{2}'::real[]), "
              "hartonomous.change_tensor('b', '{2}'::real[])], ref => 'other', expected => 0)")
    stop, torn, switches = threading.Event(), [], [0]

    def write():
        session = Session('bench_version')
        while not stop.is_set():
            session.run("SELECT hartonomous.set_ref('r', 'main', 'other')")
            session.run("SELECT hartonomous.set_ref('r', 'main', 'first')")
            switches[0] += 2
        session.close()

    def read():
        session = Session('bench_version')
        torn.append(int(session.run(
            "SELECT count(*) FILTER (WHERE a <> b) FROM public.reads(" + str(READS // READERS) + ")")))
        session.close()
    setup.run("""CREATE FUNCTION public.reads(n int) RETURNS TABLE (a real, b real) LANGUAGE plpgsql AS $$
        BEGIN FOR i IN 1..n LOOP
          RETURN QUERY SELECT (hartonomous.read_tensor('r', 'a'))[1], (hartonomous.read_tensor('r', 'b'))[1];
        END LOOP; END $$""")
    threads = [threading.Thread(target=read) for _ in range(READERS)]
    writer = threading.Thread(target=write)
    start = time.perf_counter()
    writer.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    writer.join()
    print(f'{READERS} readers, {READS} reads, {switches[0]} switches in {time.perf_counter() - start:.0f} s: '
          f'{sum(torn)} torn')
    setup.close()


def overlays(session):
    session.run(f"SELECT hartonomous.ingest_model('{SAMPLE / 'base'}', 'kjv')")
    session.run(f"SELECT hartonomous.ingest_model('{SAMPLE / 'gospels-lora'}', 'gospels')")
    session.run("SELECT hartonomous.create_overlay('kjv', 'gospels')")
    pages = session.run("SELECT count(*) FROM hartonomous.block_page")
    before = size(session)
    row('overlay, of 1,000 on one base', [
        timed(session, f"SELECT hartonomous.create_overlay('kjv', 'gospels', {1 + i / 1000}, 'o{i}')")[0]
        for i in range(1000)])
    new = int(session.run("SELECT count(*) FROM hartonomous.block_page")) - int(pages)
    print(f'{"":44} {new} pages of weights, {(size(session) - before) / 1000 / 1024:.1f} KiB of catalogue for each')


admin('DROP DATABASE IF EXISTS bench_version')
admin('CREATE DATABASE bench_version')
main = Session('bench_version')
main.run('CREATE EXTENSION hartonomous CASCADE')
with tempfile.TemporaryDirectory(dir=os.environ.get('BUILD')) as folder:
    os.chmod(folder, 0o755)
    file = pathlib.Path(folder) / 'm.safetensors'
    length = write_model(file)
    main.run(f"SELECT hartonomous.ingest_model('{file}', 'm')")
tensors = int(main.run("SELECT count(*) FROM hartonomous.model_tensor WHERE model = 'm'"))
print(f'a model of {length / 1e9:.2f} GB in {tensors} tensors')
main.run("CREATE TABLE public.fill AS SELECT i, decode(repeat(md5(i::text), 65536), 'hex') AS data "
         f"FROM generate_series(0, {COMMITS}) i")
row('branch', [timed(main, f"SELECT hartonomous.create_branch('m', 'b{i}')")[0] for i in range(COMMITS)])
commits(main, 'commit of one tensor of 1 MiB, given as bytes',
        lambda i: f"hartonomous.change_tensor('t{i * 7}', (SELECT data FROM public.fill WHERE i = {i}))")
commits(main, 'commit of 1 MiB in a tensor of 64 MiB',
        lambda i: f"hartonomous.change_tensor('large', (SELECT data FROM public.fill WHERE i = {i}), "
                  f"'{{{i * 32},0}}', '{{128,2048}}')")
commits(main, 'commit of one tensor of 1 MiB of another version',
        lambda i: f"hartonomous.take_tensor('t{i * 7 + 1}', 'm', 't{i * 7}')")
overlays(main)
header = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'
content = (len(header).to_bytes(8, 'little') + header.encode() + b'\x00\x00\x80\x3f' * 2).hex()
main.run(f"SELECT hartonomous.ingest_model_bytes('\\x{content}', 'r.safetensors', 'r')")
main.run("SELECT hartonomous.create_branch('r', 'first')")
torn_reads()
main.close()
admin('DROP DATABASE bench_version')
