/** What an attacker sees of others' packets, and can do with them (DESIGN section 4). */
export type Vantage =
  /** Nothing; it may send packets, in any name. */
  | 'blind'
  /** Sees. */
  | 'passive'
  /** Sees, and sends: it races the original. */
  | 'side'
  /** Also drops, delays and changes. */
  | 'inline'
  /** A process in a pod, without rights on the node. */
  | 'pod'
  /** Root on a host. */
  | 'node'
  /** A Kubernetes identity, and no place on the network. */
  | 'user'

export type TechniqueName =
  | 'eavesdrop'
  /** Answers in the server's name. */
  | 'impersonate-server'
  /** The same, and asks the real server in turn. */
  | 'relay'
  | 'tamper'
  | 'inject'
  | 'replay'
  | 'reset'
  | 'drop'
  | 'delay'
  /** Asks the path's server itself. */
  | 'direct-request'
  /** Takes what lies on its host: tokens of pods, keys of certificates. */
  | 'steal-token'
  | 'steal-key'
  /** Asks for a node's certificate with the credential that nodes begin with. */
  | 'bootstrap-node'
  /** Writes its own address into another node's status. */
  | 'readdress-node'
  /** Registers a Konnectivity agent under another node's name. */
  | 'claim-agent'
  /** Says at ARP that the path's server is its own. */
  | 'spoof-arp'
  /** Speaks on after a refused upgrade. */
  | 'smuggle-request'
  /** Makes a service that has the path's server's address as an external one. */
  | 'redirect-service'

/** What a vantage is good for: the one place that says so. */
export interface Abilities {
  /** It has a host to itself, which has no honest business on any path; others use the one that they have taken. */
  readonly hasOwnHost: boolean
  /** Packets come before its eyes; whose, its place says. */
  readonly sees: boolean
  /** It sends packets in any name. */
  readonly injects: boolean
  /** It drops, delays, changes and diverts what passes. */
  readonly intercepts: boolean
  /** It sends frames on its segment, and so says at ARP what it likes: a pod where it has NET_RAW. */
  readonly claims: boolean
}

export const ABILITIES: Readonly<Record<Vantage, Abilities>> = {
  blind: { hasOwnHost: true, sees: false, injects: true, intercepts: false, claims: true },
  passive: { hasOwnHost: true, sees: true, injects: false, intercepts: false, claims: false },
  side: { hasOwnHost: true, sees: true, injects: true, intercepts: false, claims: true },
  inline: { hasOwnHost: true, sees: true, injects: true, intercepts: true, claims: true },
  pod: { hasOwnHost: false, sees: true, injects: false, intercepts: false, claims: true },
  node: { hasOwnHost: false, sees: true, injects: true, intercepts: true, claims: true },
  user: { hasOwnHost: false, sees: false, injects: false, intercepts: false, claims: false },
}

/** What a technique does to packets takes these; what it asks and answers takes sockets, which everybody has. */
const NEEDS: Readonly<Partial<Record<TechniqueName, readonly (keyof Abilities)[]>>> = {
  eavesdrop: ['sees'],
  'impersonate-server': ['intercepts'],
  relay: ['intercepts'],
  tamper: ['intercepts'],
  drop: ['intercepts'],
  delay: ['intercepts'],
  inject: ['injects'],
  reset: ['injects'],
  replay: ['sees', 'injects'],
  'spoof-arp': ['claims'],
}

export function isAbleTo(vantage: Vantage, technique: TechniqueName): boolean {
  return (NEEDS[technique] ?? []).every((ability) => ABILITIES[vantage][ability])
}
