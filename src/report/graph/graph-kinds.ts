import type { Outcome } from '../../measure/verdict.ts'

/** The prefix of all kinds, which OpenGraph requires for an extension. */
export const NAMESPACE = 'ONP'

interface NodeKind {
  readonly title: string
  readonly description: string
  /** The name of a Font Awesome icon. */
  readonly icon: string
  readonly color: string
}

/** The kinds of nodes that no collector has. */
export const NODE_KINDS = {
  ONP_OnPathAttacker: {
    title: 'Attacker on the way',
    description: 'Somebody who can observe, send or intercept packets between two hosts.',
    icon: 'user-secret',
    color: '#B91C1C',
  },
  ONP_Anyone: {
    title: 'Anyone',
    description: 'Everybody who can reach a server that asks for no credential.',
    icon: 'users',
    color: '#DC2626',
  },
  ONP_Apiserver: {
    title: 'API server',
    description: 'The API server of a cluster, which Bloodhound-Kube has no node for.',
    icon: 'server',
    color: '#1D4ED8',
  },
  ONP_AssumedUser: {
    title: 'Assumed user',
    description: 'A user whom the import assumed, since no file says who uses the cluster.',
    icon: 'user',
    color: '#6B7280',
  },
} as const satisfies Readonly<Record<string, NodeKind>>

export type NodeKindName = keyof typeof NODE_KINDS

interface EdgeKind {
  readonly description: string
  /** True if the start can act as the end, or has its data permanently, so that an attack can continue from there. */
  readonly isTraversable: boolean
}

/** The kinds of edges. */
export const EDGE_KINDS = {
  ONP_CanRead: {
    description: 'Reads what the API server and the end send each other.',
    isTraversable: false,
  },
  ONP_CanImpersonate: {
    description: 'Answers the API server, or another client, in the name of the end.',
    isTraversable: false,
  },
  ONP_CanModify: {
    description: 'Changes what the API server, or another client, receives from the end.',
    isTraversable: false,
  },
  ONP_CanRelay: {
    description: 'Stands between the end and its clients in clear: reads and changes both directions.',
    isTraversable: true,
  },
  ONP_IsAllowed: {
    description:
      'A server lets it do what its position had no permission for, such as commands in every container of a node.',
    isTraversable: true,
  },
  ONP_CanSteal: {
    description: 'Gets a reusable credential of another identity.',
    isTraversable: true,
  },
  ONP_CanInterrupt: {
    description: 'Stops or slows requests to the end.',
    isTraversable: false,
  },
} as const satisfies Readonly<Record<string, EdgeKind>>

export type EdgeKindName = keyof typeof EDGE_KINDS

/** The edge for each outcome; null for outcomes without a gain. */
export const EDGE_OF: Readonly<Record<Outcome, EdgeKindName | null>> = {
  privilege: 'ONP_IsAllowed',
  credential: 'ONP_CanSteal',
  relayed: 'ONP_CanRelay',
  impersonated: 'ONP_CanImpersonate',
  modified: 'ONP_CanModify',
  read: 'ONP_CanRead',
  outage: 'ONP_CanInterrupt',
  disrupted: 'ONP_CanInterrupt',
  degraded: 'ONP_CanInterrupt',
  metadata: null,
  'no-effect': null,
  'not-tried': null,
  unreachable: null,
  'not-applicable': null,
}
