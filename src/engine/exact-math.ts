/**
 * The few functions of analysis that simulated values need, from `+ - * /`, `Math.sqrt` and bit operations only.
 * IEEE 754 fixes those to the last bit, so each result is the same on every engine; the engines' own `Math.log`
 * and the rest are not (DESIGN section 3). Errors are the worst of 80,000 samples (of the normal quantile: 10,000)
 * against 60 digits; test/engine/exact-math.table.json keeps some hundreds of them.
 */

const scratch = new DataView(new ArrayBuffer(8))

/** Sign, exponent and 20 bits of mantissa. Never of a NaN, whose bits engines choose as they like. */
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

const LN2_HIGH = 6.93147180369123816490e-1
const LN2_LOW = 1.90821492927058770002e-10

/**
 * The natural logarithm; worst error 0.80 ulp. 0 gives -Infinity, Infinity itself, a negative number or NaN gives NaN.
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
  // 1 where the mantissa is sqrt(2) or more, and is halved.
  const halved = ((fraction + 0x95f64) >> 20) & 1
  const k = (high >> 20) - 1023 + halved - (isSubnormal ? 54 : 0)
  const f = withHighBits(normal, fraction | ((0x3ff - halved) << 20)) - 1
  return k * LN2_HIGH - (logTail(f, k * LN2_LOW) - f)
}

/** f - log(1 + f) - addend, each small part added before the large ones. */
function logTail(f: number, addend: number): number {
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1))
  const odd =
    z *
    (6.666666666666735130e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)))
  const half = 0.5 * f * f
  return half - (s * (half + (even + odd)) + addend)
}

const TWO_POW_30_PLUS_1 = 1073741825
const THIRD_OF_BIAS = 715094163

/**
 * The cube root of any number; worst error 0.67 ulp; the sign of `x` is kept, and 0, Infinity and NaN give themselves.
 *
 * Source: FreeBSD msun s_cbrt.c. A third of the exponent gives 5 bits, a polynomial 23, and one Newton step the rest.
 */
export function exactCbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x
  if (x < 0) return -exactCbrt(-x)
  if (x < SMALLEST_NORMAL) return exactCbrt(x * TWO_POW_54) / 262144
  const rough = withHighBits(0, ((highBits(x) / 3) | 0) + THIRD_OF_BIAS)
  const r = rough * rough * (rough / x)
  const low = 1.87595182427177009643 + r * (-1.88497979543377169875 + r * 1.621429720105354466140)
  const fine = rough * (low + r * r * r * (-0.758397934778766047437 + r * 0.145996192886612446982))
  // Veltkamp's split leaves 23 bits, so that the square is exact.
  const scaled = fine * TWO_POW_30_PLUS_1
  const t = scaled - (scaled - fine)
  const quotient = x / (t * t)
  return t + t * ((quotient - t) / (t + t + quotient))
}

/**
 * The quantile of the exponential distribution of mean 1: -log(1 - p) for p in [0, 1). Meant for multiples of 2^-53,
 * as `fate53` gives them: there 1 - p is exact and so the error is that of the logarithm. 1 gives Infinity, anything
 * outside NaN.
 */
export function exactExponentialQuantile(p: number): number {
  if (!(p >= 0)) return NaN
  // 0 - 0 is 0, where -log(1) would be -0.
  return 0 - exactLog(1 - p)
}

/**
 * The quantile of the standard normal distribution for p in (0, 1); worst relative error 7.8e-16, also next to 0 and
 * to 0.5. 0 gives -Infinity, 1 Infinity, anything outside NaN.
 *
 * Source: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics
 * 37 (1988), routine PPND16.
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

/** By Horner's rule, the coefficient of the highest power first. */
function polynomial(coefficients: Float64Array, x: number): number {
  let sum = coefficients[0]
  for (let i = 1; i < coefficients.length; i++) sum = sum * x + coefficients[i]
  return sum
}

const CENTRE_NUMERATOR = Float64Array.of(
  2.5090809287301226727e3,
  3.3430575583588128105e4,
  6.7265770927008700853e4,
  4.5921953931549871457e4,
  1.3731693765509461125e4,
  1.9715909503065514427e3,
  1.3314166789178437745e2,
  3.387132872796366608,
)
const CENTRE_DENOMINATOR = Float64Array.of(
  5.2264952788528545610e3,
  2.8729085735721942674e4,
  3.9307895800092710610e4,
  2.1213794301586595867e4,
  5.3941960214247511077e3,
  6.8718700749205790830e2,
  4.2313330701600911252e1,
  1,
)
const TAIL_NUMERATOR = Float64Array.of(
  7.74545014278341407640e-4,
  2.27238449892691845833e-2,
  2.41780725177450611770e-1,
  1.27045825245236838258,
  3.64784832476320460504,
  5.76949722146069140550,
  4.63033784615654529590,
  1.42343711074968357734,
)
const TAIL_DENOMINATOR = Float64Array.of(
  1.05075007164441684324e-9,
  5.47593808499534494600e-4,
  1.51986665636164571966e-2,
  1.48103976427480074590e-1,
  6.89767334985100004550e-1,
  1.67638483018380384940,
  2.05319162663775882187,
  1,
)
const FAR_NUMERATOR = Float64Array.of(
  2.01033439929228813265e-7,
  2.71155556874348757815e-5,
  1.24266094738807843860e-3,
  2.65321895265761230930e-2,
  2.96560571828504891230e-1,
  1.78482653991729133580,
  5.46378491116411436990,
  6.65790464350110377720,
)
const FAR_DENOMINATOR = Float64Array.of(
  2.04426310338993978564e-15,
  1.42151175831644588870e-7,
  1.84631831751005468180e-5,
  7.86869131145613259100e-4,
  1.48753612908506148525e-2,
  1.36929880922735805310e-1,
  5.99832206555887937690e-1,
  1,
)
