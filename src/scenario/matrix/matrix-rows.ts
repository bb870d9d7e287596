import { ABILITIES, isAbleTo, type TechniqueName, type Vantage } from '../../attack/vantage.ts'

/** A row of the matrix: where, seeing what, doing what. */
export interface MatrixRow {
  /** A role, as scenarios have it. */
  readonly place: string
  readonly vantage: Vantage
  readonly technique: TechniqueName
  /** What a step says besides. */
  readonly step: Readonly<Record<string, string | number>>
  readonly holds: readonly string[]
}

/** What may be tried from a link: all of it from every vantage, since what a vantage cannot do is for the run to show. */
const ON_THE_WAY: readonly Pick<MatrixRow, 'technique' | 'step'>[] = [
  { technique: 'eavesdrop', step: {} },
  { technique: 'impersonate-server', step: {} },
  { technique: 'relay', step: {} },
  { technique: 'tamper', step: {} },
  { technique: 'inject', step: {} },
  { technique: 'replay', step: { delay: '10ms' } },
  { technique: 'reset', step: {} },
  { technique: 'drop', step: {} },
  { technique: 'delay', step: { delay: '100ms' } },
]

const LINKS = ['the link that it crosses', 'the far side of the tunnel'] as const
const LINK_VANTAGES: readonly Vantage[] = ['blind', 'passive', 'side', 'inline']

/** Root on a host. */
const ON_A_NODE: readonly Pick<MatrixRow, 'technique' | 'step'>[] = [
  { technique: 'eavesdrop', step: {} },
  { technique: 'steal-token', step: {} },
  { technique: 'steal-key', step: {} },
  { technique: 'direct-request', step: {} },
  { technique: 'readdress-node', step: {} },
  { technique: 'claim-agent', step: {} },
]

/** Beside a link, with all that it cannot do it only looks on: such rows share a run. */
export function isLookingOn({ vantage, technique }: MatrixRow): boolean {
  return ABILITIES[vantage].hasOwnHost && (technique === 'eavesdrop' || !isAbleTo(vantage, technique))
}

const NODES = ['the node that it leads to', 'another node', 'a node behind the tunnel'] as const

/** By the apiserver itself: a process, or a pod on the host's network, and root. */
const BESIDE_THE_APISERVER: readonly Pick<MatrixRow, 'technique' | 'step'>[] = [
  { technique: 'direct-request', step: {} },
]

const IN_A_POD: readonly Pick<MatrixRow, 'technique' | 'step'>[] = [
  { technique: 'direct-request', step: {} },
  { technique: 'spoof-arp', step: {} },
  { technique: 'bootstrap-node', step: {} },
]

const PODS = ['a pod on that node', 'a pod on another node'] as const

const AS_A_USER: readonly Pick<MatrixRow, 'technique' | 'step'>[] = [
  // When there are tunnels, by which the apiserver passes on what it refuses.
  { technique: 'smuggle-request', step: { at: '1s' } },
  { technique: 'redirect-service', step: {} },
]

/** In the order in which they are shown. */
export const MATRIX_ROWS: readonly MatrixRow[] = [
  ...rows(LINKS, LINK_VANTAGES, ON_THE_WAY),
  ...rows(NODES, ['node'], ON_A_NODE),
  ...rows(PODS, ['pod'], IN_A_POD),
  ...rows(["the apiserver's host"], ['pod', 'node'], BESIDE_THE_APISERVER),
  ...rows(['a user'], ['user'], AS_A_USER),
]

function rows(
  places: readonly string[],
  vantages: readonly Vantage[],
  techniques: readonly Pick<MatrixRow, 'technique' | 'step'>[],
): MatrixRow[] {
  return places.flatMap((place) =>
    vantages.flatMap((vantage) => techniques.map((one) => ({ place, vantage, holds: [], ...one }))),
  )
}
