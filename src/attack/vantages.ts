/** What a position allows, whatever is done from it. */
export interface Abilities {
  /** It has a host of its own beside the network, with no honest traffic; the others use a host that exists already. */
  readonly hasOwnHost: boolean
  /** It is on a host of the scenario: root there, or a process in a pod. */
  readonly isOnHost: boolean
  /** It reads the memory and files of its host, and of all pods there. */
  readonly isRoot: boolean
  /** It sits somewhere in the network, and is not a Kubernetes identity alone. */
  readonly hasNetworkPlace: boolean
  /** It observes packets of others; which ones, its place says. */
  readonly sees: boolean
  /** It sends packets with forged source addresses. */
  readonly injects: boolean
  /** It drops, delays, changes and diverts packets that pass. */
  readonly intercepts: boolean
  /** It sends frames on its segment, ARP replies (RFC 826) for example; a pod needs NET_RAW for it. */
  readonly claims: boolean
}

interface VantageTraits extends Abilities {
  readonly meaning: string
  /** Whose Kubernetes credential comes with the position; null: none does. */
  readonly actsAs: 'user' | 'kubelet' | 'service-account' | null
}

const BESIDE_THE_NETWORK = {
  hasOwnHost: true,
  isOnHost: false,
  isRoot: false,
  hasNetworkPlace: true,
  actsAs: null,
} as const

/** What an attacker sees of packets of others and can do to them, by vantage. */
export const VANTAGES = {
  blind: {
    ...BESIDE_THE_NETWORK,
    meaning: 'nothing, but it sends',
    sees: false,
    injects: true,
    intercepts: false,
    claims: true,
  },
  passive: {
    ...BESIDE_THE_NETWORK,
    meaning: 'sees',
    sees: true,
    injects: false,
    intercepts: false,
    claims: false,
  },
  side: {
    ...BESIDE_THE_NETWORK,
    meaning: 'sees and sends, racing the original',
    sees: true,
    injects: true,
    intercepts: false,
    claims: true,
  },
  inline: {
    ...BESIDE_THE_NETWORK,
    meaning: 'also drops, delays, changes',
    sees: true,
    injects: true,
    intercepts: true,
    claims: true,
  },
  pod: {
    meaning: 'a process without rights on a host',
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
    meaning: 'root on a host',
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
    meaning: 'a Kubernetes identity',
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

/** Whether a vantage has all of these abilities. */
export function hasAbilities(vantage: Vantage, needs: readonly (keyof Abilities)[]): boolean {
  return needs.every((ability) => VANTAGES[vantage][ability])
}
