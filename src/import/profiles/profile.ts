import type { BenchmarkPlatform } from '../../cluster/flags/cis-benchmark.ts'
import type { ProgramName } from '../programs/programs.ts'

/**
 * A distribution: the marks that identify it, the hidden values of its programs, and the places where these values have
 * to be changed.
 */
export interface Profile {
  readonly title: string
  /** The primary source of these values. */
  readonly source: string
  readonly marks: Marks
  /** The distribution of which this is a variant. It also has the marks of that distribution. */
  readonly isKindOf?: Profile
  /** True if only the provider sees the control plane. */
  readonly isHidden: boolean
  /** Flags of kube-apiserver, as on its command line. */
  readonly apiserver: Readonly<Record<string, string>>
  /**
   * Flags of kube-apiserver whose extra arguments are added to the values above. Other extra arguments replace them.
   */
  readonly additive: readonly string[]
  /** Fields of the kubelets' configuration. */
  readonly kubelet: Readonly<Record<string, string>>
  /** The signer of kubelets' serving certificates, and why; null if that depends on the configuration. */
  readonly serving: { readonly by: 'self-signed' | 'issued'; readonly why: string } | null
  /** The signer if the apiserver verifies kubelets, and the distribution sets that flag itself. */
  readonly servingWhereVerified?: Profile['serving']
  readonly controlPlane: 'node' | 'hosted'
  /** True if the apiserver reaches kubelets through a tunnel of the distribution's own agents (remotedialer). */
  readonly hasAgentTunnel: boolean
  /** The network plugin that it installs by default, if that enforces NetworkPolicies; absent if it does not. */
  readonly enforcesPolicies?: string
  /** True if its apiserver reads its flags from a configuration of OpenShift. */
  readonly hasOpenshiftConfig?: true
  /** The Konnectivity server that the distribution starts itself; absent if it starts none. */
  readonly konnectivity?: { readonly strategy: string; readonly agentPort?: number }
  readonly questions: readonly Question[]
  /** The files with the apiserver's flags; absent if these are in a manifest or the process list. */
  readonly collect?: string
  /**
   * The platform by which kube-bench selects a benchmark; null if no benchmark for it reads files or command lines.
   */
  readonly benchmark: BenchmarkPlatform | null
  readonly upkeep: Upkeep
}

/** The marks that identify a distribution. If several match, the first in the registry counts. */
export interface Marks {
  /** The ending or pattern of its versions. */
  readonly version?: RegExp
  /** A label that its nodes have. */
  readonly label?: string
  /** The program of the distribution that runs the programs of Kubernetes. */
  readonly program?: ProgramName
  /** A pattern of its file paths, which also appear in command lines. */
  readonly path?: RegExp
}

/** A question about a fact that matters and is in no file, with the assumed answer and its consequence. */
export interface Question {
  readonly about: string
  readonly taken: string
  readonly otherwise: string
}

/** The programs whose settings a change can affect. */
export type ChangedProgram = 'kube-apiserver' | 'kubelet'

/** The facts of a distribution that matter when settings are changed. */
export interface Upkeep {
  /** The CA that signs kubelets' certificates, as a file of the apiserver; null if it is unknown. */
  readonly kubeletCa: { readonly file: string; readonly isThatOfClients: boolean } | null
  /** The programs of the distribution that regenerate files of other programs. */
  readonly generators: Readonly<Partial<Record<ChangedProgram, Generator>>>
  /**
   * Returns an instruction for setting an apiserver flag that no imported file sets; absent if there is no special one.
   */
  readonly setApiserverFlag?: (flag: string) => string
  /**
   * The reason why its controller manager does not sign kubelets' requests, and the remedy; absent if it signs them.
   */
  readonly missingSigner?: string
}

/** A program of a distribution that regenerates a file on each machine, and the place to set its values. */
export interface Generator {
  readonly text: string
  /** True if one document configures all machines, so that changing it is enough. */
  readonly isForAll?: true
  /** The paths of files that the generator does not write, so that changes in them stay. Absent: it writes all. */
  readonly leaves?: RegExp
}
