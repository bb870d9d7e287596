import { type LinkProfile, NOT_MEASURED } from './link-profile.ts'

export const publicNetwork: LinkProfile = {
  description: 'Across the public internet within a continent, between two data centres.',
  options: {
    delayNs: 20_000_000,
    rateBps: 1_000_000_000,
    jitter: { kind: 'normal', deviationNs: 500_000, canReorder: false },
    lossRatio: 0.0005,
    lossBursts: null,
    queueBytes: 1_500_000,
    mtuBytes: 1_500,
  },
  sources: {
    delayNs: `half of 40 ms, the round trip assumed for a continental path (docs/facts/links.md); ${NOT_MEASURED}`,
    rateBps: NOT_MEASURED,
    jitter: `1 ms of round trip (docs/facts/links.md), half of it each way, normal; ${NOT_MEASURED}`,
    lossRatio: `0.05 %, assumed for a continental path (docs/facts/links.md); ${NOT_MEASURED}`,
    lossBursts: NOT_MEASURED,
    queueBytes: `1000 packets; ${NOT_MEASURED}`,
    mtuBytes: 'the usual MTU of an internet path (RFC 894)',
  },
}
