import type { LinkOptions } from './link-options.ts'

/** Figures of a medium, each with where it comes from; `default, not measured` where nobody measured it. */
export interface LinkProfile {
  readonly name: string
  readonly description: string
  readonly options: LinkOptions
  readonly sources: Readonly<Record<keyof LinkOptions, string>>
}

const NOT_MEASURED = 'default, not measured'

const localhost: LinkProfile = {
  name: 'localhost',
  description: 'The loopback interface of a Linux host.',
  options: {
    delayNs: 2_500,
    rateBps: 21_800_000_000,
    jitter: { kind: 'none' },
    lossRatio: 0,
    lossBursts: null,
    queueBytes: null,
    mtuBytes: 65_535,
  },
  sources: {
    delayNs:
      'half of an ICMP round trip of 4 to 6 us, measured on a 2 vCPU VM with Linux 6.18 (kubernetes-paths.md, 5.1)',
    rateBps: 'one stream on the same VM, which its CPU bounds (kubernetes-paths.md, 5.1)',
    jitter: NOT_MEASURED,
    lossRatio: 'measured: none (kubernetes-paths.md, 5.1)',
    lossBursts: NOT_MEASURED,
    queueBytes: 'the loopback device has no queue',
    mtuBytes: 'the device says 65536; an IPv4 packet ends at 65535 (RFC 791)',
  },
}

const publicNetwork: LinkProfile = {
  name: 'public-network',
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

const gcePrivate: LinkProfile = {
  name: 'gce-private',
  description: 'The private network of Google Compute Engine, within a zone.',
  options: {
    delayNs: 36_000,
    rateBps: 4_000_000_000,
    jitter: { kind: 'normal', deviationNs: 10_000, mayReorder: false },
    lossRatio: 0,
    lossBursts: null,
    queueBytes: 1_460_000,
    mtuBytes: 1_460,
  },
  sources: {
    delayNs: 'half of the mean of 100,000 pings, 0.072 ms (tech.zarmory.com, 2017, in kubernetes-paths.md, 5.1)',
    rateBps:
      '2 Gbit/s a vCPU, as documented until 2018 (kubernetes-paths.md, 5.1), for the 2 vCPUs that a host has by default; at most 16 Gbit/s',
    jitter: `${NOT_MEASURED}; the pings spread by 0.036 ms (mdev), most of it rare outliers`,
    lossRatio: 'about none (kubernetes-paths.md, 5.1)',
    lossBursts: NOT_MEASURED,
    queueBytes: `1000 packets, the Linux txqueuelen; ${NOT_MEASURED}`,
    mtuBytes: 'the default of a VPC network (docs.cloud.google.com/vpc/docs/mtu)',
  },
}

const podNetwork: LinkProfile = {
  name: 'pod-network',
  description: 'Between a node and a pod on it: a veth pair into the network namespace of the pod.',
  options: {
    delayNs: 10_000,
    rateBps: 10_000_000_000,
    jitter: { kind: 'none' },
    lossRatio: 0,
    lossBursts: null,
    queueBytes: 1_460_000,
    mtuBytes: 1_460,
  },
  sources: {
    delayNs: `some times the loopback's, since the packet goes through the stack of the node as well; ${NOT_MEASURED}`,
    rateBps: `the speed that a veth device names, of which no wire holds it to; ${NOT_MEASURED}`,
    jitter: NOT_MEASURED,
    lossRatio: NOT_MEASURED,
    lossBursts: NOT_MEASURED,
    queueBytes: `1000 packets, the Linux txqueuelen; ${NOT_MEASURED}`,
    mtuBytes: 'that of the VPC network below, as GKE sets it up (docs.cloud.google.com/vpc/docs/mtu)',
  },
}

export const LINK_PROFILES: ReadonlyMap<string, LinkProfile> = new Map(
  [localhost, publicNetwork, gcePrivate, podNetwork].map((profile) => [profile.name, profile]),
)

export const LOOPBACK_OPTIONS: LinkOptions = localhost.options

/** What a link is where a scenario says nothing. */
export const DEFAULT_LINK_OPTIONS: LinkOptions = {
  delayNs: 0,
  rateBps: null,
  jitter: { kind: 'none' },
  lossRatio: 0,
  lossBursts: null,
  queueBytes: null,
  mtuBytes: 1_500,
}
