#!/usr/bin/python3
"""merge_reference.py INTEROP_MERGE: every merge method beside NumPy, written from the formulae.

Each method is computed here in double precision as its paper (or, where there is none, mergekit's
documentation) defines it, and by the core's program; fp32 results may be 1e-6 apart, relative to the
largest number of the tensor, and bf16 results by one rounding. Random draws are part of the
definition (docs/internals/merging.md), so those methods are compared element by element too.

merge_reference.py --golden: prints test/unit/merge/golden.inc instead.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

GAMMA = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


# --- random numbers: SplitMix64 of a seed that FNV-1a makes of recipe, model and tensor ------------
def splitmix(seed, count, first=0):
    index = np.arange(first + 1, first + count + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + index * np.uint64(GAMMA)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) * 2.0 ** -53


def draws(seed, model, name, count):
    state = 0xCBF29CE484222325
    for byte in seed.to_bytes(8, "little") + model.to_bytes(8, "little") + name.encode():
        state = (state ^ byte) * 0x100000001B3 & MASK
    return splitmix(state, count)


# --- the methods: arrays of float32 in, float64 out ------------------------------------------------
def lerp(a, b, t):
    return (1 - t) * a + t * b


def between(a, b, t, alike):
    """Spherical interpolation of two vectors; along the chord where there is no angle."""
    norms = np.linalg.norm(a) * np.linalg.norm(b)
    cosine = np.clip(a @ b / norms, -1, 1) if norms > 0 else 1.0
    angle = np.arccos(cosine)
    if norms == 0 or abs(cosine) > alike or abs(np.sin(angle)) < 1e-6:
        return lerp(a, b, t)
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


def linear(models, weights, p):
    total = sum(w * m for w, m in zip(weights, models))
    return total / sum(weights) if p.get("normalize", True) else total


def nuslerp(a, b, weights, p):
    t = 0.5 if abs(sum(weights)) < 1e-6 else weights[1] / sum(weights)
    if p.get("flatten", True) or a.ndim < 2:
        return between(a.ravel(), b.ravel(), t, 1).reshape(a.shape)
    rows = p.get("row_wise", False)
    x, y = [v.reshape(-1, v.shape[-1]) for v in (a, b)]
    x, y = (x, y) if rows else (x.T, y.T)
    out = np.array([between(u, v, t, 1) for u, v in zip(x, y)])
    return (out if rows else out.T).reshape(a.shape)


def multislerp(models, weights, p):
    """Exponential map of the weighted tangent vectors at the weighted mean of the directions."""
    w = np.array(weights, np.float64)
    if p.get("normalize", True):
        w = w / w.sum()
    flat = [m.ravel() for m in models]
    norms = np.array([np.linalg.norm(v) for v in flat])
    units = [v / n if n > 0 else v for v, n in zip(flat, norms)]
    mean = sum(a * u for a, u in zip(w, units))
    if len(models) == 1 or np.linalg.norm(mean) < 1e-8:
        return sum(a * m for a, m in zip(w, models))
    mean = mean / np.linalg.norm(mean)
    tangent = sum(a * (u - (u @ mean) * mean) for a, u in zip(w, units))
    length = np.linalg.norm(tangent)
    on_sphere = mean * np.cos(length) + (tangent * np.sin(length) / length if length > 0 else 0)
    return (on_sphere * (w * norms).sum()).reshape(models[0].shape)


def karcher(models, weights, p):
    tolerance = p.get("tol", 1e-5)
    w = np.array(weights, np.float64) / sum(weights)
    arithmetic = sum(a * m for a, m in zip(w, models))
    flat = [m.ravel() for m in models]
    norms = [np.linalg.norm(v) for v in flat]
    kept = [i for i, n in enumerate(norms) if n > tolerance]
    if len(models) == 1 or not kept:
        return arithmetic
    own = w[kept] / w[kept].sum()
    units = [flat[i] / norms[i] for i in kept]
    u = sum(a * v for a, v in zip(own, units))
    if np.linalg.norm(u) < tolerance:
        return arithmetic
    u = u / np.linalg.norm(u)
    for _ in range(p.get("max_iter", 10)):
        tangent = np.zeros_like(u)
        for a, v in zip(own, units):
            cosine = np.clip(u @ v, -1, 1)
            angle = np.arccos(cosine)
            if cosine < 0 and np.sin(angle) < 1e-6:
                return arithmetic
            if angle >= tolerance:
                tangent += a * angle / np.sin(angle) * (v - cosine * u)
        length = np.linalg.norm(tangent)
        if length < tolerance:
            break
        u = np.cos(length) * u + np.sin(length) * tangent / length
        u = u / np.linalg.norm(u)
    return (u * (w * norms).sum()).reshape(models[0].shape)


def model_stock(base, models, p):
    """t of the paper with the mean cosine of all pairs, for the tensor or each row."""
    deltas = [m - base for m in models]
    if not p.get("filter_wise", False):
        shape = (1, -1)
    else:
        shape = (-1, base.shape[-1]) if base.ndim > 1 else (1, -1)
    d = [v.reshape(shape) for v in deltas]
    n = len(d)
    cosines = []
    for i in range(n):
        for j in range(i + 1, n):
            norms = np.linalg.norm(d[i], axis=1) * np.linalg.norm(d[j], axis=1)
            products = (d[i] * d[j]).sum(axis=1)
            cosines.append(np.divide(products, norms, out=np.zeros_like(norms), where=norms > 0))
    c = np.clip(np.mean(cosines, axis=0), -1, 1)[:, None]
    divisor = 1 + (n - 1) * c
    t = np.divide(n * c, divisor, out=np.zeros_like(c), where=np.abs(divisor) >= 1e-8)
    mean = sum(m.reshape(shape) for m in models) / n
    return (t * mean + (1 - t) * base.reshape(shape)).reshape(base.shape)


def nearswap(a, b, t):
    away = np.abs(a - b)
    part = np.where(away <= t, 1.0, t / np.where(away > 0, away, 1))
    return part * b + (1 - part) * a


def largest_first(values):
    """Positions by descending magnitude, the earlier first among equals."""
    return np.argsort(-np.abs(values), kind="stable")


def prune(method, delta, density, gamma, epsilon, rescale, uniform):
    flat = delta.ravel()
    n = flat.size
    out = np.zeros(n)
    if density >= 1:
        out[:] = flat
    elif method in ("ties", "breadcrumbs", "breadcrumbs_ties"):
        keep = int(density * n)
        drop = 0 if method == "ties" else min(int(gamma * n), n - keep)
        kept = largest_first(flat)[drop:drop + keep]
        out[kept] = flat[kept]
    else:
        probability = np.full(n, density)
        if method.startswith("della") and density > 0:
            rows = flat.reshape(-1, delta.shape[-1] if delta.ndim else 1)
            rank = np.argsort(np.argsort(np.abs(rows), axis=1, kind="stable"), axis=1, kind="stable")
            last = rows.shape[1] - 1
            place = rank / last if last else np.full(rank.shape, 0.5)
            probability = (density - epsilon + place * 2 * epsilon).ravel()
        kept = uniform < probability
        out[kept] = flat[kept] / (probability[kept] if rescale else 1)
    return out.reshape(delta.shape)


def elect(deltas, weights):
    """Where each counts: it has the sign of the sum, zero counting as positive."""
    majority = np.where(sum(deltas) >= 0, 1, -1)
    agrees = [np.sign(d) == majority for d in deltas]
    return sum(np.where(a, d, 0) for a, d in zip(agrees, deltas)), \
        sum(np.where(a, w, 0) for a, w in zip(agrees, weights))


def task_vectors(method, base, models, weights, p, name):
    each = lambda key, default: (p[key] if isinstance(p.get(key), list)
                                 else [p.get(key, default)] * len(models))
    deltas = []
    for i, model in enumerate(models):
        delta = (model.astype(np.float32) - base.astype(np.float32)).astype(np.float64)
        uniform = draws(p.get("seed", 0), i, name, delta.size)
        deltas.append(weights[i] * prune(method, delta, each("density", 1)[i], each("gamma", 0.01)[i],
                                         each("epsilon", 0.15)[i], p.get("rescale", True), uniform))
    if method in ("ties", "dare_ties", "della", "breadcrumbs_ties"):
        total, divisor = elect(deltas, weights)
        divisor = np.where(divisor == 0, 1, divisor)
    else:
        total, divisor = sum(deltas), sum(weights)
        divisor = 1 if abs(divisor) < 1e-8 else divisor
    if p.get("normalize", method in ("ties", "della")):
        total = total / divisor
    return base + p.get("lambda", 1) * total


def sce(base, models, p):
    deltas = np.array([m.astype(np.float32) - base.astype(np.float32) for m in models], np.float64)
    if p.get("select_topk", 1) < 1:
        mean = sum(deltas) / len(models)
        variance = (sum((d - mean) ** 2 for d in deltas) / len(models)).astype(np.float32).ravel()
        keep = int(p["select_topk"] * np.count_nonzero(variance))
        mask = np.zeros(variance.size)
        mask[largest_first(variance)[:keep]] = 1
        deltas = deltas * mask.reshape(base.shape)
    squares = (deltas ** 2).sum(axis=tuple(range(1, deltas.ndim)))
    weights = squares / squares.sum() if squares.sum() > 0 else squares
    agrees = np.sign(deltas) == np.where(deltas.sum(axis=0) >= 0, 1, -1)
    shape = (-1,) + (1,) * base.ndim
    counted = weights.reshape(shape) * agrees
    total = (deltas * counted).sum(axis=0)
    divisor = counted.sum(axis=0)
    return base + np.divide(total, divisor, out=np.zeros_like(total), where=divisor > 0)


def merge(method, inputs, has_base, weights, p, name):
    values = [v.astype(np.float64) for v in inputs]
    base, models = (values[0], values[1:]) if has_base else (None, values)
    weights = weights or [1.0] * len(models)
    if method in ("slerp", "nearswap"):
        t = p.get("t", 0.5)
        if method == "nearswap":
            return nearswap(*values, t)
        return between(values[0].ravel(), values[1].ravel(), t, 0.9995).reshape(values[0].shape)
    if method == "linear":
        return linear(models, weights, p)
    if method == "karcher":
        return karcher(models, weights, p)
    if method == "model_stock":
        return model_stock(base, models, p)
    if method == "sce":
        return sce(base, models, p)
    if method in ("nuslerp", "multislerp"):
        origin = base if has_base else 0
        deltas = [m - origin for m in models]
        merged = nuslerp(*deltas, weights, p) if method == "nuslerp" else multislerp(deltas, weights, p)
        return origin + merged
    return task_vectors(method, base, models, weights, p, name)


# --- cases ------------------------------------------------------------------------------------------
def cases():
    """(method, models, has a base, weights, parameters)"""
    three = [0.5, 0.3, 0.9]
    yield "linear", 3, False, three, {}
    yield "linear", 2, False, [0.7, 0.7], {"normalize": False}
    yield "linear", 1, False, None, {}
    for t in (0, 0.3, 1):
        yield "slerp", 1, True, None, {"t": t}
    yield "nearswap", 2, False, None, {"t": 0.003}
    yield "nearswap", 1, True, None, {"t": 0}
    for p in ({}, {"flatten": False}, {"flatten": False, "row_wise": True}):
        yield "nuslerp", 2, False, [0.6, 0.3], p
        yield "nuslerp", 2, True, [0.6, 0.3], p
    for has_base in (False, True):
        yield "multislerp", 3, has_base, three, {}
        yield "multislerp", 2, has_base, [0.4, 0.5], {"normalize": False}
    yield "karcher", 3, False, None, {}
    yield "karcher", 4, False, [1, 2, 3, 4], {"max_iter": 50, "tol": 1e-9}
    yield "model_stock", 3, True, None, {}
    yield "model_stock", 2, True, None, {"filter_wise": True}
    for p in ({}, {"select_topk": 0.4}, {"select_topk": 0}):
        yield "sce", 3, True, None, p
    yield "task_arithmetic", 3, True, three, {"lambda": 0.8}
    yield "task_arithmetic", 2, True, [0.8, -0.3], {"normalize": True}
    for method in ("ties", "dare_linear", "dare_ties", "della", "della_linear", "breadcrumbs",
                   "breadcrumbs_ties"):
        own = {"gamma": 0.1} if method.startswith("breadcrumbs") else {}
        yield method, 3, True, three, {"density": 0.4, **own}
        yield method, 2, True, [1, -0.4], {"density": [0.6, 0.3], "lambda": 1.2, "normalize": True, **own}
        yield method, 2, True, None, {"density": 0}
        yield method, 2, True, None, {"density": 1}
        if method.startswith("d"):
            yield method, 2, True, None, {"density": 0.5, "rescale": False, "seed": 7}
    yield "breadcrumbs", 1, True, None, {"density": 0.95, "gamma": 0.2}


def inputs_for(count, shape, kind, seed):
    """A base and tunes of it: none of equal size, some of the changes none at all."""
    size = int(np.prod(shape))
    values = [(splitmix(seed * 97, size) - 0.5).astype(np.float32)]
    for i in range(1, count):
        noise = splitmix(seed * 97 + i, size) - 0.5
        change = np.where(np.abs(noise) < 0.1, 0, noise) * 0.05 * i
        values.append((values[0] + change).astype(np.float32))
    if kind == "equal":
        values = [values[0]] * count
    elif kind == "opposite":
        values = [values[0] if i % 2 == 0 else -values[0] for i in range(count)]
    elif kind == "zero":
        values = [np.zeros(size, np.float32)] * count
    return [v.reshape(shape) for v in values]


SHAPES = [((48, 40), "tunes"), ((1000,), "tunes"), ((3, 5, 16), "tunes"), ((1,), "tunes"),
          ((1, 1), "tunes"), ((6, 7), "equal"), ((6, 7), "zero"), ((6, 7), "opposite")]


def to_bf16(values):
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def from_bf16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


def run(program, folder, case, inputs, dtype, name, chunk):
    method, _, has_base, weights, parameters = case
    paths = []
    for i, values in enumerate(inputs):
        paths.append(folder / f"{i}.raw")
        (to_bf16(values) if dtype == "BF16" else values).tofile(paths[-1])
    row = inputs[0].shape[-1]
    done = subprocess.run(
        [program, method, json.dumps(parameters),
         ",".join(map(str, weights)) if weights else "-", "1" if has_base else "0", dtype, str(row),
         name, str(chunk), *map(str, paths)], capture_output=True)
    if done.returncode:
        sys.exit(f"{method} {parameters}: {done.stderr.decode()}")
    return np.frombuffer(done.stdout, np.uint16 if dtype == "BF16" else np.float32)


def compare(program, folder, case, shape, kind, seed):
    method, models, has_base, weights, parameters = case
    inputs = inputs_for(models + has_base, shape, kind, seed)
    name = "model.layers.0.mlp.up_proj.weight"
    wanted = merge(method, inputs, has_base, weights, parameters, name).ravel()
    got = run(program, folder, case, inputs, "F32", name, 1)
    if (run(program, folder, case, inputs, "F32", name, 7) != got).any():
        return "depends on how it is cut", 0.0
    largest = max(np.abs(wanted).max(), 1e-30)
    away = np.abs(got - wanted).max() / largest
    inputs = [from_bf16(to_bf16(v)) for v in inputs]
    wanted = to_bf16(merge(method, inputs, has_base, weights, parameters, name).ravel())
    got = run(program, folder, case, inputs, "BF16", name, 1)
    rounded = np.abs(from_bf16(got) - from_bf16(wanted)).max() if got.size else 0
    steps = np.abs(got.astype(np.int64) - wanted.astype(np.int64)).max()
    problem = None
    if not away <= 1e-6:
        problem = f"fp32 is {away:.2g} apart"
    elif steps > 1 and rounded > 1e-6 * largest:
        problem = f"bf16 is {steps} roundings apart"
    return problem, away


def golden():
    print("// Made by test/interop/merge_reference.py --golden: what NumPy says.")
    for case in cases():
        method, models, has_base, weights, parameters = case
        inputs = inputs_for(models + has_base, (4, 6), "tunes", 5)
        values = merge(method, inputs, has_base, weights, parameters, "w").ravel()
        listed = ", ".join(map(str, weights)) if weights else ""
        numbers = ", ".join(f"{v:.9g}" for v in values)
        print(f'{{"{method}", R"({json.dumps(parameters)})", {models}, {str(has_base).lower()}, '
              f"{{{listed}}}, {{{numbers}}}}},")


def main():
    if sys.argv[1:] == ["--golden"]:
        return golden()
    worst, compared, failed = {}, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for case in cases():
            for seed, (shape, kind) in enumerate(SHAPES, 1):
                problem, away = compare(sys.argv[1], pathlib.Path(folder), case, shape, kind, seed)
                compared += 1
                worst[case[0]] = max(worst.get(case[0], 0), away)
                if problem:
                    failed += 1
                    print(f"{case[0]} {json.dumps(case[4])}, {shape} {kind}: {problem}")
    for method, away in worst.items():
        print(f"{method:18} {away:.1e}")
    print(f"{compared} merges compared, {failed} differ")
    sys.exit(failed > 0)


main()
