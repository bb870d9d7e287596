import { type LinkProfile, NOT_MEASURED } from './link-profile.ts'

export const publicNetwork: LinkProfile = {
  description: 'Across the public internet within a continent, between two data centres.',
  options: {
    delayNs: 20_000_000,
    rateBps: 1_000_000_000,
    jitter: { kind: 'normal', deviationNs: 500_000, mayReorder: false },
    lossRatio: 0.0005,
    lossBursts: null,
    queueBytes: 1_500_000,
    mtuBytes: 1_500,
  },
  sources: {
    delayNs: `half of the 40 ms round trip of a continental path (kubernetes-paths.md, 5.1); ${NOT_MEASURED}`,
    rateBps: NOT_MEASURED,
    jitter: `1 ms of round trip (kubernetes-paths.md, 5.1), half of it each way, normal; ${NOT_MEASURED}`,
    lossRatio: `0.05 % on a continental path (kubernetes-paths.md, 5.1); ${NOT_MEASURED}`,
    lossBursts: NOT_MEASURED,
    queueBytes: `1000 packets; ${NOT_MEASURED}`,
    mtuBytes: 'the usual internet path (kubernetes-paths.md, 5.1)',
  },
}
