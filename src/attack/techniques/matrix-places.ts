import type { Vantage } from '../vantages.ts'

interface MatrixPlaces {
  /** Roles, as scenarios write them. */
  readonly roles: readonly string[]
  readonly vantages: readonly Vantage[]
}

/** Where the rows of the attack matrix put attackers, and with which vantages; in the order in which they are shown. */
export const MATRIX_PLACES = {
  link: {
    roles: ['the link that it crosses', 'the far side of the tunnel'],
    // All of them for every technique: what a vantage is not able to do, the run shows.
    vantages: ['blind', 'passive', 'side', 'inline'],
  },
  segment: { roles: ['the segment that it crosses'], vantages: ['side'] },
  'server-network': { roles: ['a network of the server'], vantages: ['blind'] },
  node: { roles: ['the node that it leads to', 'another node', 'a node behind the tunnel'], vantages: ['node'] },
  /** Root where a tunnel ends sees and changes what the tunnel carries. */
  'tunnel-node': { roles: ['a node behind the tunnel'], vantages: ['node'] },
  pod: { roles: ['a pod on that node', 'a pod on another node'], vantages: ['pod'] },
  'apiserver-host': { roles: ["the apiserver's host"], vantages: ['pod', 'node'] },
  user: { roles: ['a user'], vantages: ['user'] },
} as const satisfies Readonly<Record<string, MatrixPlaces>>

export type MatrixPlaceName = keyof typeof MATRIX_PLACES

/** Rows of a technique in the attack matrix. */
export interface MatrixRows {
  readonly at: readonly MatrixPlaceName[]
  /** What its step says besides, as a scenario writes it. Default: nothing. */
  readonly step?: Readonly<Record<string, string | number>>
  /** What its attacker holds. Default: nothing. */
  readonly holds?: readonly string[]
}
