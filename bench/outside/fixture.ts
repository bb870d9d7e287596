import type { ImportFile } from '../../src/import/import-file.ts'

/** A flag on which other projects have a verdict: its name, and the value or item that matters where it is a list. */
export interface AskedFlag {
  readonly program: 'kube-apiserver' | 'kubelet'
  readonly name: string
  readonly about?: string
}

/** The verdict of another project on a fixture of its own. */
export interface Judgement {
  /** The name of its check. */
  readonly check: string
  /** The control of kubescape whose verdict onpath repeats; absent: none. */
  readonly control?: string
  readonly flag: AskedFlag
  readonly fails: boolean
}

/** Files of another project that describe a cluster, or a part of one. */
export interface Fixture {
  readonly project: 'kubescape' | 'checkov' | 'kops'
  /** Its place below the folder that was given. */
  readonly name: string
  readonly files: readonly ImportFile[]
  /** Null where the project has no verdict on it. */
  readonly judgement: Judgement | null
}
