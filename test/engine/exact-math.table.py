"""Writes exact-math.table.json: high-precision values of the functions in src/engine/exact-math.ts.

    python3 test/engine/exact-math.table.py > test/engine/exact-math.table.json

Needs mpmath. `x` and `nearest`, the double nearest to the value, are C99 hexadecimal; `awayUlps` is the
value's distance from `nearest` in ulps of that, with which a test can state an error in fractions of an
ulp; `value`, 40 digits, is there to be read and checked.
"""
import json
import math
import random

from mpmath import cbrt, erfinv, exp, log, mp, mpf, ncdf, npdf, sqrt

mp.dps = 60
# Fixed, and a generator that Python promises to keep: the table comes out the same.
rng = random.Random(20241)


def entry(x, value):
    nearest = float(value)
    away = (value - mpf(nearest)) / mpf(math.ulp(nearest))
    return {"x": x.hex(), "value": mp.nstr(value, 40), "nearest": nearest.hex(), "awayUlps": float(mp.nstr(away, 12))}


def wide():
    return math.ldexp(1 + rng.random(), rng.randint(-1074, 1022))


def near(centre, spread):
    return centre + (rng.random() - 0.5) * spread


def fraction53():
    return rng.getrandbits(53) / 2**53


def log_inputs():
    edges = [5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, 2.0, 0.5, 10.0, math.e,
             math.nextafter(1, 0), math.nextafter(1, 2), math.sqrt(2), math.sqrt(0.5), 1 - 2**-53, 2**-53]
    return edges + [wide() for _ in range(80)] + [near(1, 0.8) for _ in range(80)] + [near(1, 1e-6) for _ in range(25)] \
        + [near(1.4142135, 0.001) for _ in range(25)] + [1 - fraction53() for _ in range(40)]


def cbrt_inputs():
    edges = [5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, 1.0, 2.0, 3.0, 8.0, 27.0,
             1e9, 1e-9, 0.5, -8.0, -2.5]
    return edges + [wide() for _ in range(80)] + [1 + rng.random() * 7 for _ in range(120)] + [rng.random() * 1e6 for _ in range(40)]


def quantile(p):
    """The root of ncdf(x) = p, on the lower half, where it keeps its relative precision."""
    exact = mpf(p)
    if exact > mpf("0.5"):
        return -quantile_low(1 - exact)
    return quantile_low(exact)


def quantile_low(p):
    if p == mpf("0.5"):
        return mpf(0)
    guess = -sqrt(-2 * log(p)) if p < mpf("0.02") else -sqrt(2) * erfinv(1 - 2 * p)
    x = guess
    for _ in range(200):
        step = (ncdf(x) - p) / npdf(x)
        # Halley: the density's slope is -x times the density.
        step = step / (1 + x * step / 2)
        x -= step
        if abs(step) < abs(x) * mpf(10) ** -50:
            return x
    raise ArithmeticError(p)


def normal_inputs():
    edges = [5e-324, 2.2250738585072014e-308, 1e-300, 1e-100, 1e-20, 2**-53, 1 - 2**-53, 0.075, 0.925, 0.25, 0.75, 0.025, 0.975,
             1.3887943864964021e-11]
    return edges + [fraction53() for _ in range(120)] + [near(0.5, 1e-3) for _ in range(40)] \
        + [math.ldexp(1 + rng.random(), -rng.randint(2, 60)) for _ in range(40)] + [near(0.075, 0.001) for _ in range(25)] \
        + [1 - math.ldexp(rng.getrandbits(40) + 1, -53) for _ in range(25)]


def exponential_inputs():
    return [2**-53, 1 - 2**-53, 0.5, 0.25, 0.75] + [fraction53() for _ in range(80)] \
        + [rng.getrandbits(30) / 2**53 + 2**-53 for _ in range(40)]



def exp_inputs():
    edges = [0.0, 1.0, -1.0, 709.782712893384, -708.3, 0.34657359027997264, -0.34657359027997264, 2**-53, -(2**-30)]
    return edges + [near(0, 1400) for _ in range(60)] + [near(0, 10) for _ in range(80)] + [near(0, 1) for _ in range(40)]


table = {
    "log": [entry(x, log(mpf(x))) for x in log_inputs()],
    "cbrt": [entry(x, mp.sign(mpf(x)) * cbrt(abs(mpf(x)))) for x in cbrt_inputs()],
    "exponentialQuantile": [entry(p, -log(1 - mpf(p))) for p in exponential_inputs()],
    "normalQuantile": [entry(p, quantile(p)) for p in normal_inputs()],
    "exp": [entry(x, exp(mpf(x))) for x in exp_inputs()],
}
print("{")
for index, (name, entries) in enumerate(table.items()):
    print(f'"{name}": [')
    print(",\n".join(json.dumps(e) for e in entries))
    print("]" if index == len(table) - 1 else "],")
print("}")
