import { exactExp, exactLog, exactNormalQuantile } from '../../engine/exact-math.ts'
import { type JitterDistribution, LONGEST_JITTER_NS } from './jitter-distribution.ts'

/** The quantile of the standard normal distribution at 0.99. */
const NORMAL_P99 = 2.3263478740408408

export const logNormal: JitterDistribution<'median' | 'p99'> = {
  meaning:
    'An additional delay with a log-normal distribution, which has a long tail, as on shared and wireless networks.',
  figures: {
    median: { meaning: 'The median of the additional delay.', example: '1ms', isPositive: true },
    p99: { meaning: 'The 99th percentile of the additional delay.', example: '10ms', isPositive: true },
  },
  contradiction: ({ medianNs, p99Ns }) =>
    p99Ns < medianNs ? { message: 'the 99th percentile is less than the median', at: 'p99' } : null,
  shortensByNs: () => 0,
  kept: ({ medianNs, p99Ns }) => ({ widthNs: medianNs, shape: exactLog(p99Ns / medianNs) / NORMAL_P99 }),
  addedNs(fraction, widthNs, shape) {
    return Math.min(widthNs * exactExp(exactNormalQuantile(fraction) * shape), LONGEST_JITTER_NS)
  },
}
