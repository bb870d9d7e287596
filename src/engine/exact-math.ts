/**
 * The analytic functions that simulated values need, built from `+ - * /`, `Math.sqrt` and bit operations only.
 * IEEE 754 fixes those to the last bit, so each result is the same on every engine; the engines' own `Math.log`
 * and the like are not (docs/design.md#determinism-contract). Errors are the worst of 80,000 samples (of the normal
 * quantile: 10,000) against 60 digits; test/engine/exact-math.table.json keeps some hundreds of them. Constants
 * are written as short as they can be: engines may read more than 20 digits differently.
 */

const scratch = new DataView(new ArrayBuffer(8))

/**
 * Returns the sign, the exponent and the upper 20 bits of the mantissa. Must not be called with NaN, whose bits engines
 * may choose freely.
 */
function highBits(x: number): number {
  scratch.setFloat64(0, x)
  return scratch.getInt32(0)
}

function withHighBits(x: number, bits: number): number {
  scratch.setFloat64(0, x)
  scratch.setInt32(0, bits)
  return scratch.getFloat64(0)
}

const TWO_POW_54 = 18014398509481984
const SMALLEST_NORMAL = 2.2250738585072014e-308

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/**
 * The natural logarithm, with an error of at most 0.80 ulp. Returns -Infinity for 0, Infinity for Infinity, and NaN for
 * negative numbers and NaN.
 *
 * Source: FreeBSD msun e_log.c (fdlibm). x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), and log(1 + f) as a
 * polynomial in s = f / (2 + f).
 */
export function exactLog(x: number): number {
  if (x === 0) return -Infinity
  if (x === Infinity) return Infinity
  if (!(x > 0)) return NaN
  const isSubnormal = x < SMALLEST_NORMAL
  const normal = isSubnormal ? x * TWO_POW_54 : x
  const high = highBits(normal)
  const fraction = high & 0xfffff
  // 1 when the mantissa is at least sqrt(2); it is halved then.
  const halved = ((fraction + 0x95f64) >> 20) & 1
  const k = (high >> 20) - 1023 + halved - (isSubnormal ? 54 : 0)
  const f = withHighBits(normal, fraction | ((0x3ff - halved) << 20)) - 1
  return k * LN2_HIGH - (logTail(f, k * LN2_LOW) - f)
}

/** Returns f - log(1 + f) - addend, adding small terms before large ones. */
function logTail(f: number, addend: number): number {
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373))
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)))
  const half = 0.5 * f * f
  return half - (s * (half + (even + odd)) + addend)
}

const TWO_POW_30_PLUS_1 = 1073741825
const THIRD_OF_BIAS = 715094163

/**
 * e to the power x, with an error below 1 ulp. Returns Infinity above 709.78 and 0 below -745.13.
 *
 * Source: FreeBSD msun e_exp.c (fdlibm). x = k log(2) + r, and exp(r) by a rational function.
 */
export function exactExp(x: number): number {
  if (!(x <= 709.782712893384)) return x > 0 ? Infinity : NaN
  if (x < -745.1332191019411) return 0
  const k = Math.round(x / (LN2_HIGH + LN2_LOW))
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const t = r * r
  const tail =
    0.16666666666666602 +
    t *
      (-0.0027777777777015593 +
        t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8)))
  const c = r - t * tail
  const y = 1 - (low - (r * c) / (2 - c) - high)
  // In two steps, since 2^k alone can overflow (k = 1024) or be subnormal.
  const half = Math.trunc(k / 2)
  return y * powerOfTwo(half) * powerOfTwo(k - half)
}

/** Returns 2 to the power of the exponent of a normal number (-1022 to 1023). */
function powerOfTwo(exponent: number): number {
  return withHighBits(1, (exponent + 1023) << 20)
}

/**
 * The cube root, with an error of at most 0.67 ulp. It keeps the sign of `x`, and returns 0, Infinity and NaN
 * unchanged.
 *
 * Source: FreeBSD msun s_cbrt.c. A third of the exponent gives 5 bits, a polynomial 23, and one Newton step the rest.
 */
export function exactCbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x
  if (x < 0) return -exactCbrt(-x)
  if (x < SMALLEST_NORMAL) return exactCbrt(x * TWO_POW_54) / 262144
  const rough = withHighBits(0, ((highBits(x) / 3) | 0) + THIRD_OF_BIAS)
  const r = rough * rough * (rough / x)
  const low = 1.87595182427177 + r * (-1.8849797954337717 + r * 1.6214297201053545)
  const fine = rough * (low + r * r * r * (-0.758397934778766 + r * 0.14599619288661245))
  // Veltkamp's splitting keeps 23 bits, so the square of t is exact.
  const scaled = fine * TWO_POW_30_PLUS_1
  const t = scaled - (scaled - fine)
  const quotient = x / (t * t)
  return t + t * ((quotient - t) / (t + t + quotient))
}

/**
 * The quantile of the exponential distribution of mean 1: -log(1 - p) for p in [0, 1). For multiples of 2^-53, as
 * `fraction53` returns them, 1 - p is exact, so the error is that of the logarithm. Returns Infinity for 1, and NaN
 * outside [0, 1].
 */
export function exactExponentialQuantile(p: number): number {
  if (!(p >= 0)) return NaN
  // Subtracting from 0 returns 0 for p = 0, where -log(1) would be -0.
  return 0 - exactLog(1 - p)
}

/**
 * The quantile of the standard normal distribution for p in (0, 1), with a relative error of at most 7.8e-16, also next
 * to 0 and to 0.5. Returns -Infinity for 0, Infinity for 1, and NaN outside [0, 1].
 *
 * Source: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37
 * (1988), routine PPND16.
 */
export function exactNormalQuantile(p: number): number {
  if (p === 0) return -Infinity
  if (p === 1) return Infinity
  if (!(p > 0 && p < 1)) return NaN
  const q = p - 0.5
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(CENTRE_NUMERATOR, r)) / polynomial(CENTRE_DENOMINATOR, r)
  }
  const r = Math.sqrt(-exactLog(q < 0 ? p : 1 - p))
  const size =
    r <= 5
      ? polynomial(TAIL_NUMERATOR, r - 1.6) / polynomial(TAIL_DENOMINATOR, r - 1.6)
      : polynomial(FAR_NUMERATOR, r - 5) / polynomial(FAR_DENOMINATOR, r - 5)
  return q < 0 ? -size : size
}

/** Evaluates a polynomial of degree 7 by Horner's rule, the coefficient of the highest power first. */
function polynomial(c: Float64Array, x: number): number {
  return ((((((c[0] * x + c[1]) * x + c[2]) * x + c[3]) * x + c[4]) * x + c[5]) * x + c[6]) * x + c[7]
}

const CENTRE_NUMERATOR = new Float64Array([
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
])
const CENTRE_DENOMINATOR = new Float64Array([
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
])
const TAIL_NUMERATOR = new Float64Array([
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
])
const TAIL_DENOMINATOR = new Float64Array([
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
])
const FAR_NUMERATOR = new Float64Array([
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
])
const FAR_DENOMINATOR = new Float64Array([
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
])
