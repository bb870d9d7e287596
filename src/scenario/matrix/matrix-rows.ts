import { isAbleTo, type TechniqueName, type Vantage } from '../../attack/vantage.ts'

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

/** Holding nothing, unless it says so. */
type Attempt = Pick<MatrixRow, 'technique' | 'step'> & Partial<Pick<MatrixRow, 'holds'>>

/** What may be tried from a link: all of it from every vantage, since what a vantage cannot do is for the run to show. */
const ON_THE_WAY: readonly Attempt[] = [
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

/** What anybody can do who has an address, wherever that is: who sees nothing shows it for all. */
const FROM_ANYWHERE: readonly Attempt[] = [{ technique: 'direct-request', step: {} }]

/** Whoever sends frames on a segment: what comes by there unasked is the link's rows. */
const ON_A_SEGMENT: readonly Attempt[] = [{ technique: 'spoof-arp', step: {} }]

/** Root on a host. */
const ON_A_NODE: readonly Attempt[] = [
  { technique: 'eavesdrop', step: {} },
  { technique: 'steal-token', step: {} },
  { technique: 'steal-key', step: {} },
  { technique: 'direct-request', step: {} },
  { technique: 'readdress-node', step: {} },
  { technique: 'claim-agent', step: {} },
]

/** Where a tunnel ends, what goes through it passes root on that host. */
const CARRYING: readonly Attempt[] = [
  { technique: 'impersonate-server', step: {} },
  { technique: 'relay', step: {} },
  { technique: 'tamper', step: {} },
]

/** It changes nothing for others: who only looks on, with all that its vantage cannot do, and who asks in its own name. */
export function isHarmless({ vantage, technique }: MatrixRow): boolean {
  return technique === 'eavesdrop' || technique === 'direct-request' || !isAbleTo(vantage, technique)
}

const NODES = ['the node that it leads to', 'another node', 'a node behind the tunnel'] as const

/** By the apiserver itself: a process, or a pod on the host's network, and root. */
const BESIDE_THE_APISERVER: readonly Attempt[] = [{ technique: 'direct-request', step: {} }]

const IN_A_POD: readonly Attempt[] = [
  { technique: 'direct-request', step: {} },
  { technique: 'spoof-arp', step: {} },
  { technique: 'bootstrap-node', step: {} },
]

const PODS = ['a pod on that node', 'a pod on another node'] as const

const THEIR_CERTIFICATE = "a user's client certificate"

const AS_A_USER: readonly Attempt[] = [
  { technique: 'direct-request', step: { with: THEIR_CERTIFICATE }, holds: [THEIR_CERTIFICATE] },
  // When there are tunnels, by which the apiserver passes on what it refuses.
  { technique: 'smuggle-request', step: { at: '1s' } },
  { technique: 'redirect-service', step: {} },
]

/** In the order in which they are shown. */
export const MATRIX_ROWS: readonly MatrixRow[] = [
  ...rows(LINKS, LINK_VANTAGES, ON_THE_WAY),
  ...rows(['the segment that it crosses'], ['side'], ON_A_SEGMENT),
  ...rows(['a network of the server'], ['blind'], FROM_ANYWHERE),
  ...rows(NODES, ['node'], ON_A_NODE),
  ...rows(['a node behind the tunnel'], ['node'], CARRYING),
  ...rows(PODS, ['pod'], IN_A_POD),
  ...rows(["the apiserver's host"], ['pod', 'node'], BESIDE_THE_APISERVER),
  ...rows(['a user'], ['user'], AS_A_USER),
]

function rows(places: readonly string[], vantages: readonly Vantage[], techniques: readonly Attempt[]): MatrixRow[] {
  return places.flatMap((place) =>
    vantages.flatMap((vantage) => techniques.map((one) => ({ place, vantage, holds: [], ...one }))),
  )
}
