import { exactNormalQuantile } from '../../engine/exact-math.ts'
import type { JitterDistribution } from './jitter-distribution.ts'

export const normal: JitterDistribution<'deviation'> = {
  meaning: 'The standard deviation of a delay that varies normally; the delay is never below zero.',
  figures: { deviation: { example: '1ms' } },
  shortensByNs: () => Number.POSITIVE_INFINITY,
  kept: ({ deviationNs }) => ({ widthNs: deviationNs, shape: 0 }),
  addedNs: (fraction, widthNs) => exactNormalQuantile(fraction) * widthNs,
}
