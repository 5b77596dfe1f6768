"""Runs programs that print raw floats, and tells how far two such outputs are apart."""
import array
import subprocess


def run(*command):
    out = array.array("f")
    out.frombytes(subprocess.run([str(part) for part in command], check=True,
                                 capture_output=True).stdout)
    return out


def distance(found, expected):
    """The largest difference, in parts of the largest expected number; NaN counts as infinite."""
    if len(found) != len(expected) or not len(expected):
        return float("inf")
    largest = max(abs(x) for x in expected)
    difference = max(abs(a - b) for a, b in zip(found, expected))
    return difference / largest if difference == difference else float("inf")


def same_choices(found, expected, width):
    """How many rows of `width` numbers have their largest at the same place, and how many rows."""
    rows = len(expected) // width
    best = lambda values, row: max(range(width), key=lambda i: values[row * width + i])
    return sum(best(found, row) == best(expected, row) for row in range(rows)), rows
