import type { Flag } from '../../cluster/flags/flag.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import type { AdditionsBlueprint } from '../additions.ts'
import type { AgentTools, PacketAgent } from '../agents/packet-agent.ts'
import type {
  AttackRequest,
  PacketKind,
  Parameters,
  PlannedValuesIn,
  ValuesIn,
  WrittenStep,
} from '../parameters/common.ts'
import type { Abilities } from '../vantages.ts'
import type { MatrixRows } from './matrix-places.ts'
import type { AttackedPod, PlannedRequest, ServerKind, StepParts } from './step-planner.ts'

/**
 * An attack technique: what it needs, what it does to packets and through sockets, and where the attack matrix tries it.
 * It does not state its outcome: outcomes derive from what is read, accepted, granted and lost.
 */
export interface Technique<Own extends Parameters = Parameters> {
  /** One sentence for lists and the schema. */
  readonly meaning: string
  readonly references: References
  /** The Kubernetes flags that decide its success, by the kind of server at the end of the path. Default: none. */
  readonly decidedBy?: Readonly<Partial<Record<ServerKind, readonly DecidingFlag[]>>>
  /** The abilities that its vantage needs. Sockets need none. */
  readonly needs: readonly (keyof Abilities)[]
  /** The keys of its steps besides `at`, `technique` and `path`, each with its kind of value. */
  readonly parameters: Own
  /** The gains that are possible: private keys of certificates, credentials of others. Default: none. */
  readonly gains?: readonly ('key' | 'credential')[]
  /** It changes nothing, so that no comparison run is needed. */
  readonly isPassive?: true
  /** The kinds of packets that it acts on, where it can match packets. Default: all. */
  readonly actsOn?: readonly PacketKind[]
  /** The effects that it has on messages of others. Default: none. */
  readonly messages?: readonly MessageEffect[]
  /** It attracts packets of others to the attacker's host, which forwards those that no step concerns. */
  readonly attracts?: true
  /** The outcome where it only observed packets of its path. Default: the technique failed. */
  readonly outcomeOfSeeing?: 'metadata'

  /**
   * Makes the agent that acts on packets, one for all steps of the technique in a simulation. Default: packets pass.
   * `parameters` has those of each step at its number; the places of other steps are empty.
   */
  packets?(tools: AgentTools & { readonly parameters: readonly PlannedValuesIn<Own>[] }): PacketAgent

  /** The servers that it runs to impersonate the servers of its paths. Default: none. */
  readonly serves?: Serving
  /**
   * The credential that it presents by default. `own`: the one of its vantage. `of-user`: the same, only if the vantage
   * is an identity. `bootstrap-token`: the token of its node. Default: none.
   */
  readonly credential?: 'own' | 'of-user' | 'bootstrap-token'
  /** The requests that it sends. Default: none. */
  requests?(step: StepParts & { readonly parameters: ValuesIn<Own> }): readonly PlannedRequest[]
  /** The objects that its requests and Konnectivity agents may add to the cluster. Default: none. */
  additions?(step: StepParts & { readonly parameters: ValuesIn<Own> }): StepAdditions
  /** The credentials that it reads on its host, or from its node's metadata server. Default: none. */
  readonly steals?: 'tokens' | 'keys' | 'bootstrap-token'

  readonly matrix: MatrixEntry<Own>
}

/** The names of a technique in catalogues that scanners share. */
export interface References {
  /** Techniques of MITRE ATT&CK: `T1557`. */
  readonly attack: readonly string[]
  /** Weaknesses that make it possible, by their numbers in CWE: 295. */
  readonly weaknesses: readonly number[]
}

export interface DecidingFlag {
  readonly flag: Flag
  /** The value or list item of the flag that matters; absent if the whole flag matters. */
  readonly about?: string
  /**
   * The outcomes that the flag explains. `granted`: requests that a server granted. `anonymous`: requests granted
   * without a credential. `port`: requests granted at the port in the flag. Default: messages that were read and
   * forged, too.
   */
  readonly explains?: 'granted' | 'anonymous' | 'port'
}

/** An effect of a technique on messages of others. Events in these messages are attributed to its steps. */
export type MessageEffect =
  /** It reads messages that pass. */
  | 'reads'
  /** It sends messages of its own in connections of others. */
  | 'forges'
  /** It alters messages that pass. */
  | 'alters'

/** The servers that a technique runs. */
export interface Serving {
  /** Whether it accepts connections to the server's address, or makes clients connect to the attacker's own address. */
  readonly at: 'server-address' | 'own-address'
  /** It forwards requests to the real server. */
  readonly relays?: true
  /**
   * It forwards connections unopened at the end of their tunnel, if their clients verify the server and would refuse
   * its own certificate. A step that presents another certificate does not.
   */
  readonly passesVerified?: true
  /** Root on the server's own host takes the server's place there, with its certificate. */
  readonly takesOver?: true
  /** It carries connections of others to real servers in a Konnectivity tunnel. */
  readonly carries?: true
  /**
   * The certificate that it presents by default: its node's serving certificate. Default: one that the attacker has
   * made.
   */
  readonly certificate?: 'of-its-node'
}

export interface StepAdditions extends AdditionsBlueprint {
  /** The client certificates in nodes' names that its requests have signed. */
  readonly nodeCertificates?: readonly { readonly name: string; readonly node: string }[]
}

/** Members of a cluster that the permission for a technique may refer to. */
export interface Members {
  /** A node other than the attacker's, if there is one. */
  readonly node: string
  readonly pods: readonly Pick<AttackedPod, 'namespace' | 'name'>[]
  /** `default`, and the namespaces that rules name. */
  readonly namespaces: readonly string[]
}

export interface MatrixEntry<Own extends Parameters = Parameters> {
  readonly rows: readonly MatrixRows<Own>[]
  /** The reason why the technique has no rows in the attack matrix, if it has none. */
  readonly whyNoRows?: string
  /**
   * The requests that holders of a credential also try, by the kind of server at the end of the path. Each user,
   * service account and node that the apiserver allows one of them tries it.
   */
  readonly asHolder?: With<Own, 'ask' | 'with', Readonly<Partial<Record<ServerKind, readonly AttackRequest[]>>>>
  /**
   * The requests for using the technique with one's own credential. Each user, service account and node that is allowed
   * one of them tries the technique.
   */
  readonly byHolderOf?: With<Own, 'with', (members: Members) => readonly RequestLine[]>
  /**
   * The parameters with which root on another node uses it, where that node shares a bridged segment with others: it has
   * the certificate with which its kubelet serves.
   */
  readonly onSharedSegment?: WrittenStep<Own>
  /** It is also tried between the apiserver and nodes that join, by those who have the token of these nodes. */
  readonly onJoining?: true
  /** It changes nothing for others, so that rows of the same position and vantage share a simulation. */
  readonly isHarmless?: true
  /** It acts on established connections, so it starts after them. Other techniques start before the connections. */
  readonly isOnStandingConnections?: true
  /** The parameters with which it is also tried at a kubelet's read-only port, where the path's server is a kubelet. */
  readonly onReadOnlyPort?: WrittenStep<Own>
}

/** The type of a property that only techniques with these parameters can have. */
type With<Own, Names extends string, Of> = Names extends keyof Own ? Of : never
