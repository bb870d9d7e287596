/** The findings of a gate in one scenario, for the formats of CI systems. */
export interface GateReport {
  readonly scenario: string
  /** The scenario file, as the user named it. */
  readonly file: string
  readonly judgements: readonly Judgement[]
}

/** One thing that a gate judged: an expectation, a path, or what an attacker gets. */
export interface Judgement {
  readonly rule: GateRule
  /** The name of the test case. */
  readonly name: string
  /** `accepted`: it failed, and the scenario tolerates that. `error`: it could not be judged. */
  readonly status: 'passed' | 'failed' | 'accepted' | 'error'
  /** The finding, in a sentence. */
  readonly message: string
  /** Further lines: the evidence, and the command that repeats it. */
  readonly details: readonly string[]
  readonly place: Place
  /** A text that stays the same in other runs of the same scenario, and differs between judgements. */
  readonly identity: string
}

/** A place in a scenario file; line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Returns a file's name as repositories have it: relative names stay relative to the folder in which the command runs. */
export function repositoryPath(file: string): string {
  return (file === '-' ? 'stdin' : file).replaceAll('\\', '/').replace(/^(\.\/)+/, '')
}

/** The kind of thing that was judged. */
export interface GateRule {
  /** A name that never changes: `expectation`, `relay/kubelet`. */
  readonly id: string
  readonly name: string
  readonly meaning: string
  /** Techniques of MITRE ATT&CK, and numbers of CWE. */
  readonly attack: readonly string[]
  readonly weaknesses: readonly number[]
  /** The flags of Kubernetes that decide about it: `kube-apiserver --kubelet-certificate-authority`. */
  readonly flags: readonly string[]
  /** The checks of the CIS Kubernetes Benchmark about these flags, with the edition for the scenario's Kubernetes. */
  readonly cis: readonly CisReference[]
}

export interface CisReference {
  readonly number: string
  readonly edition: string
  readonly flag: string
}
