"""Prints the coefficients of SimdElementary.cs and SimdNormal.cs in src/Vae.Math/Vectors, and of Randomness/NormalGroup.cs.

    python3 tests/Vae.Math.Tests/Golden/polynomials.py        (needs no package)

For each function it is the polynomial of its degree whose worst error, as a share of the result that it serves, is least: found
by Remez's exchange in 60 digits. Then the coefficients are rounded, and the error that is printed is that of the rounded ones."""
import struct
from decimal import Decimal as D, getcontext
from math import cos, pi

getcontext().prec = 60
PI = D("3.14159265358979323846264338327950288419716939937510582097494459")
LN2 = D(2).ln()


def series(term):
    """The sum of term(0) to term(39): every series here falls by a factor of 25 or more from term to term."""
    total, k = D(0), 0
    while k < 40:
        total, k = total + term(k), k + 1
    return total


def factorial(n):
    return D(1) if n < 2 else n * factorial(n - 1)


def solve(rows):
    """Gauss's elimination; each row ends with its right-hand side."""
    n = len(rows)
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(n):
            if i != k:
                factor = rows[i][k] / rows[k][k]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k])]
    return [rows[k][n] / rows[k][k] for k in range(n)]


def horner(coefficients, x):
    total = D(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def fit(function, low, high, degree, weight):
    """Remez's exchange: the coefficients c0, c1, ... whose weighted error swings between equal extremes degree + 2 times."""
    grid = [low + (high - low) * k / 1500 for k in range(1501)]
    values = [function(x) for x in grid]
    weights = [max(weight(x), D("1e-6")) for x in grid]
    chosen = [round(750 - 750 * cos(pi * k / (degree + 1))) for k in range(degree + 2)]
    for _ in range(12):
        coefficients = solve([
            [*(grid[i] ** n if n else D(1) for n in range(degree + 1)), (-1) ** k / weights[i], values[i]]
            for k, i in enumerate(chosen)])[:degree + 1]
        errors = [(horner(coefficients, x) - f) * w for x, f, w in zip(grid, values, weights)]
        turns = [0]                                                   # the largest error of each run of one sign
        for i in range(1, len(grid)):
            if (errors[i] > 0) != (errors[turns[-1]] > 0):
                turns.append(i)
            elif abs(errors[i]) > abs(errors[turns[-1]]):
                turns[-1] = i
        while len(turns) > degree + 2:
            turns.pop(0 if abs(errors[turns[0]]) < abs(errors[turns[-1]]) else -1)
        chosen = turns
    return coefficients


def rounded(value, single):
    return D(struct.unpack("f", struct.pack("f", value))[0]) if single else D(float(value))


def show(name, function, low, high, degree, single, share):
    """Prints the rounded coefficients, and their worst error as a share of the result that the polynomial serves."""
    coefficients = [rounded(c, single) for c in fit(function, low, high, degree, share)]
    grid = [low + (high - low) * k / 700 for k in range(701)]
    worst = max(abs((horner(coefficients, x) - function(x)) * share(x)) for x in grid)
    print(f"{name}, {'float' if single else 'double'}, degree {degree}: relative error of the result {worst:.1e}")
    print("    " + ", ".join(f"{float(c):.9g}" if single else repr(float(c)) for c in coefficients))


def exp_tail(r):
    return series(lambda k: r ** k / factorial(k + 2) if k else D(1) / 2)


def log_tail(z):
    return series(lambda k: 2 * z ** k / (2 * k + 3) if k else D(2) / 3)


def sin_tail(z):
    return series(lambda k: (-1) ** (k + 1) * (2 * PI) ** (2 * k + 3) / factorial(2 * k + 3) * (z ** k if k else 1))


def cos_tail(z):
    return series(lambda k: (-1) ** (k + 1) * (2 * PI) ** (2 * k + 2) / factorial(2 * k + 2) * (z ** k if k else 1))


def normal_tail(u):
    """P(X > u) exp(u^2 / 2) of N(0, 1), by exp(u^2 / 2) / 2 - (u + u^3 / 3 + u^5 / (3 5) + ...) / sqrt(2 pi)."""
    term, total, n = u, D(0), 1
    while abs(term) > D("1e-40"):
        total, n = total + term, n + 2
        term = term * u * u / n
    return (u * u / 2).exp() / 2 - total / (2 * PI).sqrt()


def from_fraction(y):
    """u of y = (u - 5) / (u + 5)."""
    return 5 * (1 + y) / (1 - y)


half = LN2 / 2
z_log = D("0.04")                                                     # f from -1/4 to 1/2: s up to 1/5
z_turn = D(1) / 64
for single, degree in ((True, 5), (False, 10)):
    show("exp(r) - 1 = r + r^2 q(r)", exp_tail, -half, half, degree, single, lambda r: r * r / abs(r.exp() - 1) if r else D(0))
for single, degree in ((True, 2), (False, 6)):
    show("log(1 + f) = 2 s + s z q(z), z = s^2", log_tail, D(0), z_log, degree, single, lambda z: z / 2)
show("sin(2 pi r) = r (2 pi + z q(z)), z = r^2", sin_tail, D(0), z_turn, 5, False, lambda z: z / (2 * PI + z * sin_tail(z)))
show("cos(2 pi r) = 1 + z q(z), z = r^2", cos_tail, D(0), z_turn, 6, False, lambda z: z / (1 + z * cos_tail(z)))
show("P(X > u) = exp(-u^2 / 2) q(y), y = (u - 5) / (u + 5), u from 0 to 8 (the error is that of P itself)",
     lambda y: normal_tail(from_fraction(y)), D(-1), D(3) / 13, 14, False, lambda y: (-from_fraction(y) ** 2 / 2).exp())
for name, value in (("ln 2", LN2), ("2 pi", 2 * PI)):
    for single in (True, False):
        high = rounded(value, single)
        print(f"{name}, {'float' if single else 'double'}: {float(high)!r} + {float(rounded(value - high, single))!r}")
print("1 / ln 2", 1 / LN2)
