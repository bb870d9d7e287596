import type { Parameters, WrittenStep } from '../parameters/common.ts'
import type { RequiredNames } from '../parameters/parameter.ts'
import type { Vantage } from '../vantages.ts'

interface MatrixPlaces {
  /** The roles, as scenarios write them. */
  readonly roles: readonly string[]
  readonly vantages: readonly Vantage[]
}

/** The positions and vantages of attackers in the attack matrix, in the order of its rows. */
export const MATRIX_PLACES = {
  link: {
    roles: ['the link that it crosses', 'the far side of the tunnel'],
    // Each technique is tried from all vantages. The run shows what a vantage cannot do.
    vantages: ['blind', 'passive', 'side', 'inline'],
  },
  segment: { roles: ['the segment that it crosses'], vantages: ['side'] },
  'server-network': { roles: ['a network of the server'], vantages: ['blind'] },
  node: { roles: ['the node that it leads to', 'another node', 'a node behind the tunnel'], vantages: ['node'] },
  /** Root on the host at which a tunnel ends observes and alters what the tunnel carries. */
  'tunnel-node': { roles: ['a node behind the tunnel'], vantages: ['node'] },
  /** Root on the server's own host can respond in its place. */
  'server-node': { roles: ['the node that it leads to'], vantages: ['node'] },
  pod: { roles: ['a pod on that node', 'a pod on another node'], vantages: ['pod'] },
  'apiserver-host': { roles: ["the apiserver's host"], vantages: ['pod', 'node'] },
  user: { roles: ['a user'], vantages: ['user'] },
} as const satisfies Readonly<Record<string, MatrixPlaces>>

export type MatrixPlaceName = keyof typeof MATRIX_PLACES

/** The rows of a technique in the attack matrix. Their steps have at least the parameters that it needs. */
export type MatrixRows<Own extends Parameters = Parameters> = {
  readonly at: readonly MatrixPlaceName[]
  /** The credentials that its attacker has. Default: none. */
  readonly holds?: readonly string[]
} & ([RequiredNames<Own>] extends [never] ? { readonly step?: WrittenStep<Own> } : { readonly step: WrittenStep<Own> })
