import type { Distribution } from '../evidence.ts'

/** A distribution as it is known without seeing its programs: their flags, which are assumed to be in force. */
export interface Profile {
  readonly title: string
  /** The source of these values. */
  readonly source: string
  /** True if nobody but the provider sees the control plane. */
  readonly isHidden: boolean
  /** Flags of kube-apiserver, as on its command line. */
  readonly apiserver: Readonly<Record<string, string>>
  /** Flags of kube-apiserver whose extra arguments add to those above; others replace them. */
  readonly additive: readonly string[]
  /** Fields of the configuration of kubelets. */
  readonly kubelet: Readonly<Record<string, string>>
  /** The signer of kubelets' serving certificates, and why; null if that depends on the configuration. */
  readonly serving: { readonly by: 'self-signed' | 'issued'; readonly why: string } | null
  readonly controlPlane: 'node' | 'hosted'
  /** True if the apiserver reaches kubelets through the tunnel of the distribution's own agents (remotedialer). */
  readonly hasAgentTunnel: boolean
  /** The strategy of the Konnectivity server that the distribution itself starts; absent where it starts none. */
  readonly konnectivityStrategy?: string
  readonly questions: readonly Question[]
  /** The files that have the flags of the apiserver; absent where these are a manifest or the list of processes. */
  readonly collect?: string
}

/** Something that matters and that nobody can see, with the default that is taken and what follows from it. */
export interface Question {
  readonly about: string
  readonly taken: string
  readonly otherwise: string
}

export type Profiles = Readonly<Record<Distribution, Profile>>
