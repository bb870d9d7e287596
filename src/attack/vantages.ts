/** The abilities that a vantage gives to an attacker, for any technique. */
export interface Abilities {
  /**
   * Whether it has a host of its own beside the network, without honest traffic. Other vantages use a host of the
   * scenario.
   */
  readonly hasOwnHost: boolean
  /** Whether it is on a host of the scenario, as root or as a process in a pod. */
  readonly isOnHost: boolean
  /** Whether it can read the memory and files of its host and of all pods there. */
  readonly isRoot: boolean
  /** Whether it has a position in the network, and not only a Kubernetes identity. */
  readonly hasNetworkPlace: boolean
  /** Whether it observes packets of others. Its position decides which packets. */
  readonly sees: boolean
  /** Whether it can send packets with forged source addresses. */
  readonly injects: boolean
  /** Whether it can drop, delay, alter and divert packets that pass. */
  readonly intercepts: boolean
  /** Whether it can send frames on its segment, such as ARP replies (RFC 826). A pod needs NET_RAW for that. */
  readonly claims: boolean
}

interface VantageTraits extends Abilities {
  readonly meaning: string
  /** The kind of Kubernetes identity whose credential it has; null for none. */
  readonly actsAs: 'user' | 'kubelet' | 'service-account' | null
}

const BESIDE_THE_NETWORK = {
  hasOwnHost: true,
  isOnHost: false,
  isRoot: false,
  hasNetworkPlace: true,
  actsAs: null,
} as const

/** The abilities of attackers, by vantage. */
export const VANTAGES = {
  blind: {
    ...BESIDE_THE_NETWORK,
    meaning: 'sees no packets of others, but sends its own',
    sees: false,
    injects: true,
    intercepts: false,
    claims: true,
  },
  passive: {
    ...BESIDE_THE_NETWORK,
    meaning: 'sees packets, sends none',
    sees: true,
    injects: false,
    intercepts: false,
    claims: false,
  },
  side: {
    ...BESIDE_THE_NETWORK,
    meaning: 'sees packets and sends its own, which race the originals',
    sees: true,
    injects: true,
    intercepts: false,
    claims: true,
  },
  inline: {
    ...BESIDE_THE_NETWORK,
    meaning: 'is in the middle: sees, drops, delays and changes packets',
    sees: true,
    injects: true,
    intercepts: true,
    claims: true,
  },
  pod: {
    meaning: 'is a process without root rights in a pod',
    hasOwnHost: false,
    isOnHost: true,
    isRoot: false,
    hasNetworkPlace: true,
    actsAs: 'service-account',
    sees: true,
    injects: false,
    intercepts: false,
    claims: true,
  },
  node: {
    meaning: 'has root rights on a host',
    hasOwnHost: false,
    isOnHost: true,
    isRoot: true,
    hasNetworkPlace: true,
    actsAs: 'kubelet',
    sees: true,
    injects: true,
    intercepts: true,
    claims: true,
  },
  user: {
    meaning: 'has the credential of a Kubernetes identity, and no place in the network',
    hasOwnHost: false,
    isOnHost: false,
    isRoot: false,
    hasNetworkPlace: false,
    actsAs: 'user',
    sees: false,
    injects: false,
    intercepts: false,
    claims: false,
  },
} as const satisfies Readonly<Record<string, VantageTraits>>

export type Vantage = keyof typeof VANTAGES

/** Returns whether a vantage has all of these abilities. */
export function hasAbilities(vantage: Vantage, needs: readonly (keyof Abilities)[]): boolean {
  return needs.every((ability) => VANTAGES[vantage][ability])
}
