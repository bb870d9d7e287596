/** What an attacker achieved, worst first (docs/design.md#outcomes defines each). */
export const OUTCOMES = [
  'privilege',
  'credential',
  'relayed',
  'impersonated',
  'modified',
  'read',
  'denied',
  'disrupted',
  'degraded',
  'metadata',
  'failed',
  'out-of-reach',
  'absent',
] as const

export type Outcome = (typeof OUTCOMES)[number]

/** One attacker, technique, path and victim. */
export interface VerdictResult {
  readonly attacker: string
  readonly vantage: string
  readonly technique: string
  /** As the scenario names it. */
  readonly path: string
  /** The host at the path's end that is not the apiserver's; of a custom path, the server. */
  readonly victim: string
  /** `own`: the victim is what the attacker had from the start. */
  readonly scope: 'own' | 'other'
  /** Worst first, at least one. */
  readonly outcomes: readonly Outcome[]
  readonly worst: Outcome
  /** Whom the far end of a relayed exchange saw; null: there was none. */
  readonly asIdentity: string | null
  /** Messages of the path that it opened, forged or changed, of those that there were while the technique was at work. */
  readonly exposure: { readonly messages: number; readonly of: number; readonly bytes: number }
  /** Those of `carries` that it read, by name. */
  readonly secrets: readonly string[]
  /** `fault`: as any trouble in the network; `security`: a certificate, MAC or host key did not pass. By honest ends alone. */
  readonly noticed: 'none' | 'fault' | 'security'
  readonly noticedBy: readonly NoticeResult[]
  readonly firstEffectNs: number | null
  /** How long nothing completed that completes in the twin. */
  readonly outageNs: number
  /** When something completed again; null: nothing did, or there was no outage. */
  readonly recoveredNs: number | null
  readonly privileges: readonly PrivilegeResult[]
  readonly credentials: readonly CredentialResult[]
  readonly evidence: readonly EvidenceResult[]
}

export interface NoticeResult {
  readonly host: string
  /** Where it is written: `kube-apiserver`, `kubelet`, `sshd`, `client`. */
  readonly log: string
  readonly reason: string
}

export interface PrivilegeResult {
  readonly as: string
  readonly verb: string
  readonly resource: string
  readonly on: string
  /** null: for as long as it likes. */
  readonly untilNs: number | null
}

export interface CredentialResult {
  readonly name: string
  readonly identity: string
  readonly acceptedBy: string
  readonly validUntilNs: number | null
}

export interface EvidenceResult {
  readonly atNs: number
  /** The link direction on which the packet was, and its serial there; null: nothing on a wire. */
  readonly link: string | null
  readonly packet: number | null
  /** The outcome that it shows. */
  readonly shows: Outcome
  readonly what: string
}

/** One more thing that an attacker knows. */
export interface KnowledgeResult {
  readonly attacker: string
  readonly atNs: number
  readonly link: string | null
  readonly packet: number | null
  /** `token app`, `key of node-1-kubelet`, `secret exec-stdin`, `certificate system:node:node-1`, `session key of ...`. */
  readonly learned: string
  /** The ally that learned it there, and told; not there: nobody told. */
  readonly toldBy?: string
}
