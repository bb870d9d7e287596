import type { BenchmarkPlatform } from '../../cluster/flags/cis-benchmark.ts'
import type { ProgramName } from '../programs/programs.ts'

/**
 * A distribution: how it is told from others, what its programs run with where nobody sees it, and where a change of that
 * has to be written.
 */
export interface Profile {
  readonly title: string
  /** The source of these values. */
  readonly source: string
  readonly marks: Marks
  /** The distribution that this one is a kind of, so that the marks of that one are on it too. */
  readonly isKindOf?: Profile
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
  /** The same where the apiserver verifies kubelets, and the distribution itself sets the flag for that. */
  readonly servingWhereVerified?: Profile['serving']
  readonly controlPlane: 'node' | 'hosted'
  /** True if the apiserver reaches kubelets through the tunnel of the distribution's own agents (remotedialer). */
  readonly hasAgentTunnel: boolean
  /** True if its apiserver has its flags from a configuration of OpenShift. */
  readonly hasOpenshiftConfig?: true
  /** The Konnectivity server that the distribution itself starts; absent where it starts none. */
  readonly konnectivity?: { readonly strategy: string; readonly agentPort?: number }
  readonly questions: readonly Question[]
  /** The files that have the flags of the apiserver; absent where these are a manifest or the list of processes. */
  readonly collect?: string
  /** The platform by which kube-bench chooses a benchmark; null where no benchmark of it reads files or command lines. */
  readonly benchmark: BenchmarkPlatform | null
  readonly upkeep: Upkeep
}

/** The marks that tell a distribution. Where those of several fit, the first of the registry counts. */
export interface Marks {
  /** The ending or form of its versions. */
  readonly version?: RegExp
  /** A label that its nodes have. */
  readonly label?: string
  /** The program of the distribution that runs those of Kubernetes. */
  readonly program?: ProgramName
  /** Paths of its files, also in command lines. */
  readonly path?: RegExp
}

/** Something that matters and that nobody can see, with the default that is taken and what follows from it. */
export interface Question {
  readonly about: string
  readonly taken: string
  readonly otherwise: string
}

/** The programs whose settings a change may concern. */
export type ChangedProgram = 'kube-apiserver' | 'kubelet'

/** The facts of a distribution on which a change of settings depends. */
export interface Upkeep {
  /** The CA that signs kubelets' certificates, as a file of the apiserver; null where nobody knows it. */
  readonly kubeletCa: { readonly file: string; readonly isThatOfClients: boolean } | null
  /** The programs of the distribution that write files of others anew. */
  readonly generators: Readonly<Partial<Record<ChangedProgram, Generator>>>
  /**
   * Returns how a flag of the apiserver is set where no file came in that sets it; absent where nothing special is
   * known.
   */
  readonly setApiserverFlag?: (flag: string) => string
  /**
   * A lack of its controller manager, so that nothing signs requests of kubelets, and the remedy; absent where it
   * signs.
   */
  readonly missingSigner?: string
}

/** A program of a distribution that writes a file of each machine anew, and where the same has to be set. */
export interface Generator {
  readonly text: string
  /** True if one document configures all machines, so that a change of it is enough. */
  readonly isForAll?: true
  /**
   * The files, by their paths, that the generator does not write, so that a change in them stays. Absent: it writes
   * all.
   */
  readonly leaves?: RegExp
}
