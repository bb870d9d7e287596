import type { JitterDistribution } from './jitter-distribution.ts'

export const uniform: JitterDistribution<'amplitude'> = {
  meaning: 'The delay varies uniformly by up to this time in both directions. The value is at most the delay itself.',
  figures: { amplitude: { example: '1ms' } },
  shortensByNs: ({ amplitudeNs }) => amplitudeNs,
  kept: ({ amplitudeNs }) => ({ widthNs: amplitudeNs, shape: 0 }),
  isCoarse: true,
  addedNs: (fraction, widthNs) => (2 * fraction - 1) * widthNs,
}
