#!/usr/bin/python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""analysis_reference.py: every analysis function beside scikit-learn, SciPy or NumPy, through SQL.

Runs in the server that the environment points at (tools/cluster env), in a database of its own.
Random and degenerate inputs from fixed seeds. Numbers may be 1e-9 apart, relative to 1 + their size,
unless a check says otherwise; clusters are compared up to their numbers. Isolation forests draw at
random, so theirs are compared by rank (0.8) and to 0.05. Needs Debian's python3-sklearn and
python3-scipy; without them it says so and ends well.
"""
import os
import pathlib
import subprocess
import sys
import warnings

try:
    import numpy as np
    import scipy.integrate
    import scipy.optimize
    import scipy.spatial
    import scipy.stats
    import sklearn.cluster
    import sklearn.decomposition
    import sklearn.ensemble
    import sklearn.neighbors
except ImportError as missing:
    print(f'analysis_reference: skipped, {missing}: install python3-sklearn and python3-scipy')
    sys.exit(0)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'bench'))
from cluster import Session, admin  # noqa: E402

warnings.simplefilter('ignore')  # theirs on degenerate points
DATABASE = 'interop_analysis'
TOLERANCE = 1e-9


def literal(array):
    return str(np.asarray(array).tolist()).replace('[', '{').replace(']', '}')


class Reference:
    def __init__(self):
        admin(f'DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)')
        admin(f'CREATE DATABASE {DATABASE}')
        self.session = Session(DATABASE)
        self.session.run('SET client_min_messages = warning; SET extra_float_digits = 3; '
                         'CREATE EXTENSION hartonomous CASCADE; CREATE TABLE p (id bigint, point float8[])')
        self.checks = self.failures = 0

    def put(self, points):
        rows = ', '.join(f"({i}, '{literal(point)}')" for i, point in enumerate(points))
        self.session.run(f'TRUNCATE p; INSERT INTO p VALUES {rows}')

    def rows(self, sql):
        lines = self.session.run(sql).splitlines()
        return [[self.value(field) for field in line.split('|')] for line in lines]

    @staticmethod
    def value(field):
        if field == '':
            return None
        if field.startswith('{'):
            inner = field.replace('{', '[').replace('}', ']').replace('NaN', 'nan')
            return np.array(eval(inner, {'nan': np.nan, 'Infinity': np.inf}))  # our own server's digits
        return {'t': True, 'f': False}.get(field) if field in 'tf' else float(field)

    def column(self, sql, i=1):
        return np.array([row[i] for row in self.rows(sql)], dtype=float)

    def check(self, what, passed):
        self.checks += 1
        if not passed:
            self.failures += 1
            print(f'not the same: {what}')

    def near(self, what, ours, theirs, tolerance=TOLERANCE):
        ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
        same_shape = ours.shape == theirs.shape
        away = np.max(np.abs(ours - theirs) / (1 + np.abs(theirs)), initial=0) if same_shape else np.inf
        self.check(f'{what}: {away:.2e} apart', away <= tolerance)


def point_sets(generator):
    """Names and points: clustered, uniform, on a grid with many ties, repeated, in one place, on a line."""
    centers = generator.normal(0, 10, (5, 3))
    yield 'clustered', centers[generator.integers(0, 5, 400)] + generator.normal(0, 1, (400, 3))
    yield 'uniform', generator.uniform(-1, 1, (500, 2))
    yield 'wide', generator.normal(0, 1, (200, 30))
    yield 'grid', np.array([[x, y] for x in range(15) for y in range(15)], float)
    yield 'repeated', np.repeat(generator.normal(0, 1, (40, 2)), 5, axis=0)
    yield 'one place', np.ones((50, 2))
    yield 'line', np.outer(np.arange(60.0), [1, 2, 3])


def same_clusters(ours, theirs):
    """Whether two labellings divide alike, noise (-1) being noise."""
    pairs = set(zip(ours, theirs))
    return len(pairs) == len(set(ours)) == len(set(theirs)) and all((a == -1) == (b == -1) for a, b in pairs)


def clusters(r, name, points):
    spread = np.median(scipy.spatial.distance.pdist(points))
    for metric in ('euclidean', 'manhattan', 'cosine'):
        used = points + (0.5 if metric == 'cosine' else 0)
        r.put(used)
        for radius in (0.0, 0.02, 0.3 * spread) if metric != 'cosine' else (1e-3, 0.05):
            for least in (1, 4):
                ours = r.column("SELECT id, coalesce(cluster, -1) FROM hartonomous.dbscan('TABLE p', "
                                f"{radius!r}, {least}, '{metric}') ORDER BY id").astype(int)
                # scikit-learn refuses a radius of 0.
                model = sklearn.cluster.DBSCAN(eps=max(radius, 1e-300), min_samples=least, metric=metric,
                                               algorithm='brute' if metric == 'cosine' else 'kd_tree').fit(used)
                core = model.core_sample_indices_
                known = set(core)
                # A border point may belong to any cluster it is near: cores and noise decide.
                border = [i for i in range(len(used)) if i not in known and model.labels_[i] >= 0]
                kept = [i for i in range(len(used)) if i not in set(border)]
                r.check(f'dbscan {name} {metric} {radius} {least}',
                        same_clusters(ours[kept], model.labels_[kept]) and all(ours[border] >= 0))
    r.put(points)
    for k in (1, 3):
        centers = r.rows(f"SELECT center, points, inertia FROM hartonomous.k_means_centers('TABLE p', {k}, 7) ORDER BY cluster")
        ours = r.column(f"SELECT id, cluster FROM hartonomous.k_means('TABLE p', {k}, 7) ORDER BY id").astype(int)
        start = np.array([center for center, _, _ in centers])
        # From our centres theirs must go nowhere, and assign alike.
        theirs = sklearn.cluster.KMeans(k, init=start, n_init=1, tol=0, algorithm='full').fit(points)
        r.near(f'k_means centers {name} {k}', start, theirs.cluster_centers_)
        r.near(f'k_means inertia {name} {k}', sum(row[2] for row in centers), theirs.inertia_, 1e-8)
        distances = scipy.spatial.distance.cdist(points, start)
        r.near(f'k_means labels {name} {k}', distances[np.arange(len(points)), ours], distances.min(axis=1))
    best = min(sklearn.cluster.KMeans(3, n_init=10, random_state=0).fit(points).inertia_, 1e300)
    ours = min(r.column(f"SELECT 0, sum(inertia) FROM hartonomous.k_means_centers('TABLE p', 3, {seed})")[0] for seed in range(10))
    r.check(f'k_means {name}: {ours} against {best}', ours <= best * 1.05 + 1e-9)


def outliers(r, name, points):
    r.put(points)
    for k in (1, 5, 20):
        ours = r.column(f"SELECT * FROM hartonomous.local_outlier_factor('TABLE p', {k}) ORDER BY id")
        model = sklearn.neighbors.LocalOutlierFactor(n_neighbors=k, algorithm='kd_tree').fit(points)
        distances = np.sort(scipy.spatial.distance.cdist(points, points), axis=1)
        has_ties = k + 1 < len(points) and np.any(np.abs(distances[:, k] - distances[:, k + 1]) < 1e-12)
        if not has_ties:  # of neighbours equally far each takes others
            r.near(f'local_outlier_factor {name} {k}', ours, -model.negative_outlier_factor_, 1e-6)
        else:
            r.check(f'local_outlier_factor {name} {k}', np.all(np.isfinite(ours)) and np.all(ours > 0))
    ours = r.column("SELECT * FROM hartonomous.isolation_scores('TABLE p', 500, seed => 1) ORDER BY id")
    theirs = -sklearn.ensemble.IsolationForest(n_estimators=500, random_state=1).fit(points).score_samples(points)
    if np.ptp(theirs) > 0.05:
        rank = scipy.stats.spearmanr(ours, theirs).correlation
        r.check(f'isolation_scores {name}: rank correlation {rank:.3f}', rank > 0.8)
        r.near(f'isolation_scores {name}', ours, theirs, 0.05)


def neighbors(r, name, points):
    for metric in ('euclidean', 'manhattan', 'cosine'):
        used = points + (0.5 if metric == 'cosine' else 0)
        r.put(used)
        away = scipy.spatial.distance.cdist(used, used, {'manhattan': 'cityblock'}.get(metric, metric))
        np.fill_diagonal(away, np.inf)
        ours = r.column(f"SELECT id, distance FROM hartonomous.nearest_neighbors('TABLE p', 7, '{metric}') "
                        'ORDER BY id, distance').reshape(len(used), 7)
        r.near(f'nearest_neighbors {name} {metric}', ours, np.sort(away, axis=1)[:, :7])
        probe = used[0] + 0.25
        ours = r.column(f"SELECT * FROM hartonomous.nearest_points('TABLE p', '{literal(probe)}', 9, '{metric}')")
        theirs = scipy.spatial.distance.cdist([probe], used, {'manhattan': 'cityblock'}.get(metric, metric))[0]
        r.near(f'nearest_points {name} {metric}', ours, np.sort(theirs)[:9])


def directions(r, name, points):
    r.put(points)
    rank = min(2, points.shape[1])
    ours = r.rows(f"SELECT variance, direction FROM hartonomous.principal_components('TABLE p', {rank}) ORDER BY component")
    theirs = sklearn.decomposition.PCA(rank, svd_solver='full').fit(points)
    r.near(f'principal_components {name}', [row[0] for row in ours], theirs.explained_variance_)
    for (variance, direction), other in zip(ours, theirs.components_):
        if variance > 1e-9 and name != 'grid':  # of a grid any two directions will do
            r.near(f'principal direction {name}', abs(direction @ other), 1)
    values = np.linalg.svd(points, compute_uv=False)[:rank]
    for method in ('exact', 'randomized'):
        r.near(f'singular_values {name} {method}', r.column(
            f"SELECT number, value FROM hartonomous.singular_values('TABLE p', {rank}, '{method}', 12)"), values,
            1e-9 if method == 'exact' else 1e-3)


def hulls(r, generator):
    for dimensions, count in ((2, 300), (3, 200), (4, 100)):
        points = generator.normal(0, 1, (count, dimensions))
        r.put(points)
        hull = scipy.spatial.ConvexHull(points)
        corners, volume, area = r.rows("SELECT * FROM hartonomous.hull_size('TABLE p')")[0]
        r.check(f'corners in {dimensions}', sorted(corners) == sorted(hull.vertices))
        r.near(f'volume in {dimensions}', [volume, area], [hull.volume, hull.area])
        probes = generator.normal(0, 1.2, (60, dimensions))
        rows = ', '.join(f"({i}, ''{literal(p)}''::float8[])" for i, p in enumerate(probes))
        ours = [row[1] for row in r.rows(f"SELECT * FROM hartonomous.points_in_hull('TABLE p', 'VALUES {rows}') ORDER BY id")]
        # Inside if and only if it is a mixture of the points: a linear programme, another way.
        equations = np.vstack([points.T, np.ones(count)])
        theirs = [scipy.optimize.linprog(np.zeros(count), A_eq=equations, b_eq=np.append(p, 1)).status == 0 for p in probes]
        r.check(f'points_in_hull in {dimensions}', ours == theirs)
        simplices = np.array([row[1] for row in r.rows("SELECT * FROM hartonomous.delaunay('TABLE p')")], int)
        edges = points[simplices[:, 1:]] - points[simplices[:, :1]]
        filled = np.abs(np.linalg.det(edges)).sum() / np.prod(np.arange(1, dimensions + 1))
        r.near(f'delaunay fills the hull in {dimensions}', filled, hull.volume)
        r.check(f'delaunay in {dimensions}', {tuple(sorted(s)) for s in simplices}
                == {tuple(sorted(s)) for s in scipy.spatial.Delaunay(points).simplices})
        diagram = scipy.spatial.Voronoi(points)
        for i, vertices, is_bounded in r.rows("SELECT * FROM hartonomous.voronoi('TABLE p') ORDER BY id"):
            region = diagram.regions[diagram.point_region[int(i)]]
            r.check(f'voronoi in {dimensions} bounded', is_bounded == (-1 not in region))
            if is_bounded:
                other = diagram.vertices[region]
                r.near(f'voronoi in {dimensions}', vertices, other[np.lexsort(other.T[::-1])], 1e-6)
        probe = points.mean(axis=0)
        weights = r.rows(f"SELECT * FROM hartonomous.interpolation_weights('TABLE p', '{literal(probe)}')")
        r.near(f'interpolation in {dimensions}', sum(w * points[int(i)] for i, w in weights), probe)


def warped(a, b, band, gamma=None):
    """Both forms of time warping from their definitions."""
    power = 1 if gamma is None else 2
    cost = scipy.spatial.distance.cdist(a, b) ** power
    best = np.full((len(a) + 1, len(b) + 1), np.inf)
    best[0, 0] = 0
    for i in range(len(a)):
        for j in range(len(b)):
            if band is None or abs(i - j) <= band:
                before = np.array([best[i, j], best[i, j + 1], best[i + 1, j]])
                least = before.min() if gamma is None else -gamma * np.logaddexp.reduce(-before / gamma)
                best[i + 1, j + 1] = cost[i, j] + least
    return best[-1, -1]


def frechet(a, b):
    cost = scipy.spatial.distance.cdist(a, b)
    best = np.full((len(a) + 1, len(b) + 1), np.inf)
    best[0, 0] = -np.inf
    for i in range(len(a)):
        for j in range(len(b)):
            best[i + 1, j + 1] = max(cost[i, j], min(best[i, j], best[i, j + 1], best[i + 1, j]))
    return best[-1, -1]


def sequences(r, generator):
    for n, m, dimensions in ((1, 1, 1), (1, 9, 2), (20, 20, 1), (30, 25, 3), (40, 40, 4)):
        a, b = generator.normal(0, 1, (n, dimensions)), generator.normal(0, 1, (m, dimensions))
        pair = f"'{literal(a)}', '{literal(b)}'"

        def ours(call):
            return r.column(f'SELECT 0, hartonomous.{call}')[0]
        for band in (None, abs(n - m), abs(n - m) + 3):
            r.near(f'dtw_distance {n} {m} {band}', ours(f"dtw_distance({pair}, {band if band is not None else 'NULL'})"), warped(a, b, band))
        for gamma in (0.1, 1.0):
            r.near(f'soft_dtw {n} {m}', ours(f'soft_dtw({pair}, {gamma})'), warped(a, b, None, gamma))
        r.near(f'frechet_distance {n} {m}', ours(f'frechet_distance({pair})'), frechet(a, b))
        directed = scipy.spatial.distance.directed_hausdorff
        r.near(f'hausdorff_distance {n} {m}', ours(f'hausdorff_distance({pair})'), max(directed(a, b)[0], directed(b, a)[0]))


def profile(series, length):
    """The matrix profile by comparing all stretches."""
    stretches = np.lib.stride_tricks.sliding_window_view(series, length)
    normal = (stretches - stretches.mean(axis=1, keepdims=True)) / stretches.std(axis=1, keepdims=True)
    away = scipy.spatial.distance.cdist(normal, normal)
    places = np.arange(len(stretches))
    away[np.abs(places[:, None] - places) * 2 <= length] = np.inf
    return away.min(axis=1)


def parts(series, penalty, least):
    """The least cost of a division, trying every last change."""
    sums, squares = np.append(0, series.cumsum()), np.append(0, (series ** 2).cumsum())
    best = np.full(len(series) + 1, np.inf)
    best[0] = -penalty
    for end in range(least, len(series) + 1):
        for begin in range(0, end - least + 1):
            cost = squares[end] - squares[begin] - (sums[end] - sums[begin]) ** 2 / (end - begin)
            best[end] = min(best[end], best[begin] + cost + penalty)
    return best[-1]


def series(r, generator):
    values = np.repeat(generator.normal(0, 5, 8), 25) + generator.normal(0, 1, 200)
    argument = f"'{literal(values)}'"
    r.near('moving_average', r.rows(f'SELECT hartonomous.moving_average({argument}, 7)')[0][0],
           [values[max(0, i - 6):i + 1].mean() for i in range(200)])
    level, fitted = values[0], []
    for value in values:
        fitted.append(level)
        level += 0.3 * (value - level)
    r.near('exponential_smoothing', r.rows(f'SELECT fitted FROM hartonomous.exponential_smoothing({argument}, 0.3)')[0][0], fitted)
    for lags in (1, 4):
        design = np.column_stack([np.ones(200 - lags)] + [values[lags - 1 - i:199 - i] for i in range(lags)])
        solution = np.linalg.lstsq(design, values[lags:], rcond=None)[0]
        intercept, coefficients = r.rows(f'SELECT intercept, coefficients FROM hartonomous.autoregression({argument}, {lags})')[0]
        r.near(f'autoregression {lags}', np.append(intercept, coefficients), solution)
    for penalty, least in ((5.0, 1), (20.0, 5), (0.0, 30)):
        places = r.rows(f'SELECT hartonomous.change_points({argument}, {penalty}, {least})')[0][0].astype(int) - 1
        cuts = np.concatenate([[0], places, [200]])
        cost = sum(values[a:b].var() * (b - a) for a, b in zip(cuts, cuts[1:])) + penalty * len(places)
        r.near(f'change_points {penalty} {least}', cost, parts(values, penalty, least))
        r.check('change_points keeps the length', np.all(np.diff(cuts) >= least))
    r.near('matrix_profile', r.column(f'SELECT place, distance FROM hartonomous.matrix_profile({argument}, 12) ORDER BY place'),
           profile(values, 12), 1e-6)


def equations(r):
    r.session.run('CREATE FUNCTION lotka(t float8, y float8[]) RETURNS float8[] LANGUAGE sql '
                  'RETURN ARRAY[1.1 * y[1] - 0.4 * y[1] * y[2], 0.1 * y[1] * y[2] - 0.4 * y[2]]; '
                  'CREATE FUNCTION wave(x float8) RETURNS float8 LANGUAGE sql RETURN exp(x) * sin(x) - 0.5; '
                  'CREATE FUNCTION valley(x float8[]) RETURNS float8 LANGUAGE sql '
                  'RETURN (1 - x[1]) ^ 2 + 5 * (x[2] - x[1] ^ 2) ^ 2')
    theirs = scipy.integrate.solve_ivp(
        lambda t, y: [1.1 * y[0] - 0.4 * y[0] * y[1], 0.1 * y[0] * y[1] - 0.4 * y[1]], (0, 15), [10, 5],
        method='DOP853', rtol=1e-12, atol=1e-12).y[:, -1]
    call = "SELECT y FROM hartonomous.integrate_ode('lotka(float8, float8[])', '{10, 5}', 0, 15, "
    for method, step, tolerance in (('rk4', 0.005, 1e-7), ('adaptive', 0.1, 1e-6), ('rk2', 0.005, 1e-3), ('euler', 0.0005, 0.05)):
        r.near(f'integrate_ode {method}', r.rows(f"{call}{step}, '{method}', 1e-9) WHERE t = 15")[0][0], theirs, tolerance)
    root = scipy.optimize.brentq(lambda x: np.exp(x) * np.sin(x) - 0.5, 0, 1, xtol=1e-15)
    for call in ("newton_raphson('wave(float8)', 1)", "bisection('wave(float8)', 0, 1)"):
        r.near(call, r.column(f'SELECT 0, x FROM hartonomous.{call}')[0], root, 1e-10)
    theirs = scipy.optimize.minimize(lambda x: (1 - x[0]) ** 2 + 5 * (x[1] - x[0] ** 2) ** 2, [-1, 1], tol=1e-12).x
    r.near('gradient_descent', r.rows("SELECT x FROM hartonomous.gradient_descent('valley(float8[])', '{-1, 1}', max_iterations => 20000)")[0][0],
           theirs, 1e-5)


def main():
    r = Reference()
    for seed in range(int(os.environ.get('ROUNDS', 3))):
        generator = np.random.default_rng(seed)
        for name, points in point_sets(generator):
            for compare in (clusters, outliers, neighbors, directions):
                compare(r, name, points)
        hulls(r, generator)
        sequences(r, generator)
        series(r, generator)
    equations(r)
    r.session.close()
    admin(f'DROP DATABASE {DATABASE}')
    print(f'analysis: {r.checks} comparisons with scikit-learn {sklearn.__version__} and SciPy, {r.failures} not the same')
    return r.failures > 0


if __name__ == '__main__':
    sys.exit(main())
