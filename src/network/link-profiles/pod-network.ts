import { type LinkProfile, NOT_MEASURED } from './link-profile.ts'

export const podNetwork: LinkProfile = {
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
    delayNs: `several times that of the loopback, since the packet also crosses the node's network stack; ${NOT_MEASURED}`,
    rateBps: `the speed that a veth device reports, which does not limit it; ${NOT_MEASURED}`,
    jitter: NOT_MEASURED,
    lossRatio: NOT_MEASURED,
    lossBursts: NOT_MEASURED,
    queueBytes: `1000 packets, the Linux txqueuelen; ${NOT_MEASURED}`,
    mtuBytes: 'that of the VPC network below, as GKE sets it up (docs.cloud.google.com/vpc/docs/mtu)',
  },
}
