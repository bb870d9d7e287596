import { describe, expect, test } from 'vitest'
import { exactCbrt, exactExponentialQuantile, exactLog, exactNormalQuantile } from '../../src/engine/exact-math.ts'
import { draw32, fraction53, Streams } from '../../src/engine/streams.ts'

const SAMPLES = 2_000_000
const { hi, lo } = new Streams(7).key('long/exact-math')
const fraction = (i: number) => fraction53(draw32(hi, lo, 0, 0, i, 0), draw32(lo, hi, 0, 0, i, 0))

describe('monotonic functions never decrease', () => {
  test.each([
    { name: 'log', f: exactLog, from: 0.25, to: 4 },
    { name: 'log next to 1', f: exactLog, from: 1 - 1e-9, to: 1 + 1e-9 },
    { name: 'cbrt', f: exactCbrt, from: 0.5, to: 16 },
    { name: 'exponential quantile', f: exactExponentialQuantile, from: 0, to: 1 },
    { name: 'normal quantile', f: exactNormalQuantile, from: 0, to: 1 },
    { name: 'normal quantile where the centre becomes the tail', f: exactNormalQuantile, from: 0.0749, to: 0.0751 },
    { name: 'normal quantile where the tail becomes the far tail', f: exactNormalQuantile, from: 1.3e-11, to: 1.5e-11 },
  ])('monotonic function $name never decreases', ({ f, from, to }) => {
    let falls = 0
    let previous = -Infinity
    for (let i = 0; i <= SAMPLES; i++) {
      const value = f(from + ((to - from) * i) / SAMPLES)
      if (value < previous) falls++
      previous = value
    }
    expect(falls).toBe(0)
  })
})

test('the cube of a cube root equals the number within three roundings', () => {
  let worst = 0
  for (let i = 0; i < SAMPLES; i++) {
    const x = 1 + 7 * fraction(i)
    const root = exactCbrt(x)
    worst = Math.max(worst, Math.abs(root * root * root - x) / x)
  }
  expect(worst).toBeLessThan(3 * 2.220446049250313e-16)
})

describe('draws by quantile have the moments of their distribution', () => {
  test('exponential draws by quantile have mean and variance 1', () => {
    const { mean, variance } = momentsOf(exactExponentialQuantile)
    // Six standard errors: 1 / sqrt(n) of the mean, sqrt(8 / n) of the variance.
    expect(Math.abs(mean - 1)).toBeLessThan(6 / Math.sqrt(SAMPLES))
    expect(Math.abs(variance - 1)).toBeLessThan(6 * Math.sqrt(8 / SAMPLES))
  })

  test('normal draws by quantile have mean 0 and variance 1', () => {
    const { mean, variance } = momentsOf(exactNormalQuantile)
    expect(Math.abs(mean)).toBeLessThan(6 / Math.sqrt(SAMPLES))
    expect(Math.abs(variance - 1)).toBeLessThan(6 * Math.sqrt(2 / SAMPLES))
  })
})

function momentsOf(quantile: (p: number) => number): { mean: number; variance: number } {
  let sum = 0
  let sumOfSquares = 0
  for (let i = 0; i < SAMPLES; i++) {
    const value = quantile(fraction(i))
    sum += value
    sumOfSquares += value * value
  }
  const mean = sum / SAMPLES
  return { mean, variance: sumOfSquares / SAMPLES - mean * mean }
}
