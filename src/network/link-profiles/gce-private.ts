import { type LinkProfile, NOT_MEASURED } from './link-profile.ts'

export const gcePrivate: LinkProfile = {
  description: 'The private network of Google Compute Engine, within a zone.',
  options: {
    delayNs: 36_000,
    rateBps: 4_000_000_000,
    jitter: { kind: 'normal', deviationNs: 10_000, canReorder: false },
    lossRatio: 0,
    lossBursts: null,
    queueBytes: 1_460_000,
    mtuBytes: 1_460,
  },
  sources: {
    delayNs: 'half of the mean of 100,000 pings, 0.072 ms (tech.zarmory.com, December 2017)',
    rateBps:
      '2 Gbit/s a vCPU, as Google Cloud documented until 2018 (docs/facts/links.md), for the 2 vCPUs that a host has by default; at most 16 Gbit/s',
    jitter: `${NOT_MEASURED}; the pings spread by 0.036 ms (mdev), most of it rare outliers`,
    lossRatio: 'about none (docs/facts/links.md)',
    lossBursts: NOT_MEASURED,
    queueBytes: `1000 packets, the Linux txqueuelen; ${NOT_MEASURED}`,
    mtuBytes: 'the default of a VPC network (docs.cloud.google.com/vpc/docs/mtu)',
  },
}
