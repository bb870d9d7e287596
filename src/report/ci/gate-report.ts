/** The findings of a gate in one scenario, for the formats of CI systems. */
export interface GateReport {
  readonly scenario: string
  /** The scenario file, as the user named it. */
  readonly file: string
  readonly judgements: readonly Judgement[]
}

/** A judgement of a gate about an expectation, a path, or a gain of an attacker. */
export interface Judgement {
  readonly rule: GateRule
  /** The name of the test case. */
  readonly name: string
  /** `accepted`: it failed, and the scenario tolerates that. `error`: it could not be judged. */
  readonly status: 'passed' | 'failed' | 'accepted' | 'error'
  /** The finding as a sentence. */
  readonly message: string
  /** Further lines: the evidence, and the command that reproduces it. */
  readonly details: readonly string[]
  readonly place: Place
  /** A text that is equal in other runs of the same scenario, and differs between judgements. */
  readonly identity: string
}

/** A place in a scenario file; line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Returns a file name as in the repository. Relative names stay relative to the working directory. */
export function repositoryPath(file: string): string {
  return (file === '-' ? 'stdin' : file).replaceAll('\\', '/').replace(/^(\.\/)+/, '')
}

/** The kind of judgement. */
export interface GateRule {
  /** A stable name: `expectation`, `relay/kubelet`. */
  readonly id: string
  readonly name: string
  readonly meaning: string
  /** Techniques of MITRE ATT&CK, and CWE numbers. */
  readonly attack: readonly string[]
  readonly weaknesses: readonly number[]
  /** The Kubernetes flags that decide it: `kube-apiserver --kubelet-certificate-authority`. */
  readonly flags: readonly string[]
  /** The checks of the CIS Kubernetes Benchmark for these flags, in the edition for the scenario's Kubernetes. */
  readonly cis: readonly CisReference[]
}

export interface CisReference {
  readonly number: string
  readonly edition: string
  readonly flag: string
}
