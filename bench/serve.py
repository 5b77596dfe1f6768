# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""What serving a stored model costs beside the arithmetic: the first token of a new session against
a running one's, memory that only one session has, how many copies of the weights several sessions
map; the first token after a restart with nothing in memory, against what the disk gives for the same
files; bytes read per token when the cache holds half of the model; and the same with llama.cpp's mmap
beside it, both in a group of processes that may have half of the model in memory (LLAMA_CPP_BIN names
the directory of llama-bench; needs root and a memory group).

The models: the sample model; one of Llama's shape with 0.11 thousand million weights; and, where
TOKENIZER names a tokenizer.json, a small one with that vocabulary. PARTS (sessions, cold, half, capped) and
MODELS (sample, 100m, vocabulary) choose among them; SHAPE is the second's (100m).

CPU milliseconds of the session's own thread, and milliseconds from the statement to its answer;
medians; hartonomous.threads is 1.
"""
import json
import mmap
import os
import pathlib
import resource
import shlex
import shutil
import statistics
import struct
import subprocess
import tempfile
import threading
import time

from cluster import Session, admin, spread

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get('BUILD', TOP / 'build'))
SHAPE = os.environ.get('SHAPE', '100m')
PARTS = os.environ.get('PARTS', 'sessions cold half capped').split()
MODELS = os.environ.get('MODELS', 'sample 100m vocabulary').split()
ROUNDS = int(os.environ.get('ROUNDS', '5'))
SESSIONS = 32
TOKENS = 33
CAPPED_TOKENS, CAPPED_BESIDE = 8, 96 << 20  # bytes for what is no weight


def thread_cpu(session):
    """Milliseconds that the session's own thread has run."""
    with open(f'/proc/{session.pid}/schedstat') as f:
        return int(f.read().split()[0]) / 1e6


def cost(session, model, prompt):
    """CPU and wall milliseconds of an answer of one token."""
    cpu, wall = thread_cpu(session), time.monotonic()
    session.run(f"SELECT hartonomous.complete('{model}', '{prompt}', 1)")
    return thread_cpu(session) - cpu, (time.monotonic() - wall) * 1e3


def private_memory(session):
    """Bytes written that no other process has, without shared memory and files."""
    total, is_private = 0, False
    with open(f'/proc/{session.pid}/smaps') as f:
        for line in f:
            words = line.split()
            if not words[0].endswith(':'):
                is_private = words[1].endswith('p')
            elif words[0] == 'Private_Dirty:' and is_private:
                total += int(words[1]) * 1024
    return total


def cache_files(session):
    with open(f'/proc/{session.pid}/maps') as f:
        return {line.split(None, 5)[5].rstrip() for line in f if 'pgsql_tmp_hartonomous' in line}


def blocks_fetched(session):
    session.run('SELECT pg_stat_force_next_flush()')
    return int(session.run("SELECT heap_blks_read + heap_blks_hit FROM pg_statio_all_tables "
                           "WHERE relname = 'block_page'"))


def first_tokens(model):
    sessions, new, running, first_memory = [], [], [], []
    for _ in range(SESSIONS):
        session = Session('bench_serve')
        session.run('SELECT hartonomous.version()')
        session.run('SET hartonomous.threads = 1')
        new.append(cost(session, model, 'And Jesus said unto'))
        first_memory.append(private_memory(session) / 2**20)
        later = [cost(session, model, prompt)
                 for prompt in ('But Jesus said unto', 'For Jesus said unto', 'Now Jesus said unto')]
        running.append([statistics.median(one) for one in zip(*later)])
        sessions.append(session)
    memory = [private_memory(session) / 2**20 for session in sessions]
    files = [cache_files(session) for session in sessions]
    for name, at in (('CPU', 0), ('wall', 1)):
        more = [one[at] - other[at] for one, other in zip(new, running)]
        print(f'{model:10} first token: running session {spread([r[at] for r in running], 1)}, '
              f'new session {spread([n[at] for n in new], 1)}, more {spread(more, 1)} {name} ms')
    print(f'{model:10} private memory of a session {spread(first_memory, 1)} MiB after one answer, '
          f'{spread(memory, 1)} with the keys and values of four; {SESSIONS} sessions map '
          f'{len(set.union(*files))} files, each of them {len(files[0])}', flush=True)
    for session in sessions:
        session.close()


def half_a_cache(model):
    session = Session('bench_serve')
    weights = int(session.run(f"SELECT sum(bytes) FROM hartonomous.model_tensor WHERE model = '{model}'"))
    session.run("COPY (SELECT 1) TO PROGRAM 'rm -f pgsql_tmp_hartonomous/*'")
    session.close()
    session = Session('bench_serve')
    session.run(f"SET hartonomous.cache_size = '{weights // 2048}kB'")
    session.run(f"SELECT hartonomous.complete('{model}', 'In the beginning', 1)")
    cached = int(session.run(f"SELECT cached_bytes FROM hartonomous.explain_generate('{model}')"))
    before = blocks_fetched(session)
    session.run(f"SELECT hartonomous.complete('{model}', 'And it came to pass', {TOKENS})")
    read = (blocks_fetched(session) - before) * 8064 / TOKENS
    print(f'{model:10} cache of {cached / weights:.2f} of the model: {read / (weights - cached):.3f} of '
          'what is missing read per token', flush=True)
    session.close()


def data_directory():
    session = Session('bench_serve')
    directory = session.run('SHOW data_directory')
    session.close()
    return pathlib.Path(directory)


def restart(data, group=None, options=()):
    as_server = ['runuser', '-u', 'postgres', '--'] if os.getuid() == 0 else []
    subprocess.run([*as_server, shutil.which('pg_ctl'), '-D', data, '-m', 'fast', '-w', '-t', '120',
                    '-l', data.parent / 'log', *options, 'restart'], check=True,
                   stdout=subprocess.DEVNULL, preexec_fn=joins(group))


def forget(paths):
    """Nothing of these files in memory."""
    os.sync()
    for path in paths:
        if path.is_file():
            fd = os.open(path, os.O_RDONLY)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)


def restart_cold(data, group=None, options=()):
    """A server that was just started, and nothing of its files in memory."""
    restart(data, group, options)
    forget(data.rglob('*'))


def disk_bandwidth(files):
    """Bytes per second of O_DIRECT reads, 8 MiB at a time, four at once."""
    size = 8 << 20
    pieces = [(path, at) for path in files for at in range(0, os.stat(path).st_size, size)]
    total = sum(os.stat(path).st_size for path in files)

    def read():
        buffer = mmap.mmap(-1, size)
        while pieces:
            try:
                path, at = pieces.pop()
            except IndexError:
                return
            fd = os.open(path, os.O_RDONLY | os.O_DIRECT)
            os.preadv(fd, [buffer], at)
            os.close(fd)
    start = time.monotonic()
    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return total / (time.monotonic() - start)


def cold_start(model):
    data = data_directory()
    shares = []
    for _ in range(ROUNDS):
        restart_cold(data)
        session = Session('bench_serve')
        session.run('SELECT hartonomous.version()')
        start = time.monotonic()
        session.run(f"SELECT hartonomous.complete('{model}', 'In the beginning', 1)")
        seconds = time.monotonic() - start
        files = cache_files(session)
        session.close()
        size = sum(os.stat(path).st_size for path in files)
        restart_cold(data)
        shares.append((size / seconds / 1e6, disk_bandwidth(files) / 1e6))
    print(f'{model:10} cold: {size / 1e6:.0f} MB to the first token at '
          f'{spread([mine for mine, _ in shares], 0)} MB/s, the disk {spread([disk for _, disk in shares], 0)} '
          f'MB/s, share {spread([mine / disk for mine, disk in shares])}', flush=True)


def joins(group):
    return (lambda: (group / 'cgroup.procs').write_text('0')) if group else None


def memory_group(limit):
    """A group of processes that may have so many bytes in memory; None where none can be made."""
    group = pathlib.Path('/sys/fs/cgroup/memory/bench_serve')
    try:
        group.mkdir(exist_ok=True)
        (group / 'memory.limit_in_bytes').write_text(str(limit))
    except OSError as error:
        print(f'capped: skipped, no memory group: {error}')
        return None
    return group


def peer_run(peer, path, group, tokens):
    """Seconds of llama.cpp for so many tokens, and the bytes that it had the disk read."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_inblock
    forget([path])
    done = subprocess.run([peer, '-m', path, '-p', '0', '-n', str(tokens), '-r', '1', '-t', str(os.cpu_count()),
                           '-mmp', '1', '-o', 'json'], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, preexec_fn=joins(group))
    return (json.loads(done.stdout)[0]['avg_ns'] / 1e9,
            (resource.getrusage(resource.RUSAGE_CHILDREN).ru_inblock - before) * 512)


def disk_reads(pid):
    with open(f'/proc/{pid}/io') as f:
        return int(next(line for line in f if line.startswith('read_bytes')).split()[1])


def answer_capped(model, data, group, weights):
    """Seconds and bytes read per token of an answer of a server that is in the group as a whole."""
    options = pathlib.Path(data / 'postmaster.opts').read_text()
    before = shlex.join(word for word in shlex.split(options)[1:])
    restart_cold(data, group, ['-o', before + ' -c shared_buffers=16MB -c max_connections=10'])
    session = Session('bench_serve')
    session.run(f"SET hartonomous.cache_size = '{weights // 2048}kB'")
    session.run(f"SELECT hartonomous.complete('{model}', 'In the beginning', 1)")
    read, start = disk_reads(session.pid), time.monotonic()
    session.run(f"SELECT hartonomous.complete('{model}', 'In the beginning', {CAPPED_TOKENS})")
    figures = (time.monotonic() - start) / CAPPED_TOKENS, (disk_reads(session.pid) - read) / CAPPED_TOKENS
    session.close()
    restart(data, None, ['-o', before])
    return figures


def capped(model, path):
    """Beside llama.cpp, with memory for half of the weights and for what a server takes."""
    session = Session('bench_serve')
    weights = int(session.run(f"SELECT sum(bytes) FROM hartonomous.model_tensor WHERE model = '{model}'"))
    session.run("COPY (SELECT 1) TO PROGRAM 'rm -f pgsql_tmp_hartonomous/*'")
    session.close()
    group = memory_group(weights // 2 + CAPPED_BESIDE)
    if group is None:
        return
    seconds, read = answer_capped(model, data_directory(), group, weights)
    print(f'{model:10} in {(weights // 2 + CAPPED_BESIDE) / 1e6:.0f} MB of memory, weights {weights / 1e6:.0f} MB: '
          f'{1 / seconds:.2f} tokens/s, {read / weights:.2f} of the weights read per token', flush=True)
    peer = pathlib.Path(os.environ.get('LLAMA_CPP_BIN', '/nowhere')) / 'llama-bench'
    if not peer.exists():
        print('capped: no peer, LLAMA_CPP_BIN names no directory with llama-bench')
        return
    few, many = peer_run(peer, path, group, 1), peer_run(peer, path, group, 1 + CAPPED_TOKENS)
    theirs, bytes_read = ((b - a) / CAPPED_TOKENS for a, b in zip(few, many))
    print(f'{"llama.cpp":10} in the same memory: {1 / theirs:.2f} tokens/s, {bytes_read / weights:.2f} of the '
          f'weights read per token; ours {theirs / seconds:.2f} x', flush=True)
    group.rmdir()


def ingest(path, name):
    session = Session('bench_serve')
    session.run(f"SELECT hartonomous.ingest_model('{os.fspath(path)}', '{name}')")
    session.run(f"SELECT hartonomous.complete('{name}', 'x', 1)")
    session.close()


def write_vocabulary_model(folder, tokenizer):
    """A decoder of Llama's family with one small layer and that vocabulary; zeros but for norms."""
    tokens = 1 + max(json.loads(tokenizer.read_text())['model']['vocab'].values())
    hidden = 64
    (folder / 'tokenizer.json').write_bytes(tokenizer.read_bytes())
    (folder / 'config.json').write_text(json.dumps({
        'model_type': 'llama', 'architectures': ['LlamaForCausalLM'], 'hidden_size': hidden,
        'intermediate_size': hidden, 'num_hidden_layers': 1, 'num_attention_heads': 2,
        'num_key_value_heads': 2, 'rms_norm_eps': 1e-5, 'rope_theta': 10000.0, 'hidden_act': 'silu',
        'max_position_embeddings': 512, 'vocab_size': tokens, 'tie_word_embeddings': True}))
    layer = 'model.layers.0.'
    shapes = {'model.embed_tokens.weight': (tokens, hidden), 'model.norm.weight': (hidden,),
              layer + 'input_layernorm.weight': (hidden,),
              layer + 'post_attention_layernorm.weight': (hidden,)}
    for name in ('self_attn.q', 'self_attn.k', 'self_attn.v', 'self_attn.o', 'mlp.gate', 'mlp.up', 'mlp.down'):
        shapes[f'{layer}{name}_proj.weight'] = (hidden, hidden)
    header, at = {}, 0
    for name, shape in shapes.items():
        size = 4 * shape[0] * (shape[1] if len(shape) == 2 else 1)
        header[name] = {'dtype': 'F32', 'shape': shape, 'data_offsets': [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    with open(folder / 'model.safetensors', 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text)
        f.write(struct.pack('<f', 0.5) * (at // 4))


def make_models(scratch):
    """The names of the models that are there to be measured."""
    names = []
    if 'sample' in MODELS:
        ingest(TOP / 'sample' / 'base', 'sample')
        names.append('sample')
    if '100m' in MODELS:
        path = scratch / 'llama.gguf'
        subprocess.run([BUILD / 'test/make_llama', SHAPE, 'Q8_0', '1', path], check=True)
        ingest(path, SHAPE)
        names.append(SHAPE)
    if 'vocabulary' in MODELS and os.environ.get('TOKENIZER'):
        folder = scratch / 'vocabulary'
        folder.mkdir()
        write_vocabulary_model(folder, pathlib.Path(os.environ['TOKENIZER']))
        subprocess.run(['chmod', '-R', 'a+rX', folder], check=True)
        ingest(folder, 'vocabulary')
        names.append('vocabulary')
    return names


admin('DROP DATABASE IF EXISTS bench_serve')
admin('CREATE DATABASE bench_serve')
setup = Session('bench_serve')
setup.run('CREATE EXTENSION hartonomous CASCADE')
setup.close()
with tempfile.TemporaryDirectory() as scratch:
    os.chmod(scratch, 0o755)
    models = make_models(pathlib.Path(scratch))
    for model in models:
        if 'sessions' in PARTS:
            first_tokens(model)
    for model in models:
        if 'cold' in PARTS:
            cold_start(model)
    for model in models:
        if 'half' in PARTS:
            half_a_cache(model)
    if 'capped' in PARTS and SHAPE in models:
        capped(SHAPE, pathlib.Path(scratch) / 'llama.gguf')
admin('DROP DATABASE bench_serve')
