/** A statement of a scanner about a setting of a cluster. */
export interface ScannerResult {
  readonly tool: 'kube-bench' | 'kubescape'
  /** The number of the check or control: `1.2.5`, `C-0117`. */
  readonly id: string
  /** The benchmark of kube-bench, such as `cis-1.11`; null for kubescape, and where a report does not name it. */
  readonly benchmark: string | null
  readonly status: 'PASS' | 'FAIL' | 'WARN' | 'INFO'
  /** The question that its test asks, as an indirect question. */
  readonly asks: string
  /** The program or part of a cluster, and its flag, field or resource: `kube-apiserver`, `authorization-mode`. */
  readonly program: 'kube-apiserver' | 'kubelet' | 'RBAC'
  readonly flag: string
  /** The value or item of the flag that it is about; null where it is the flag as a whole. */
  readonly about: string | null
  /** The weakness that a kubelet's setting is, as causes name it; null for none, and where its value is not known. */
  readonly weakness: string | null
  /** The machine of a kubelet, or the name of a subject; empty for what holds for all. */
  readonly machine: string
  /** The command line, configuration or binding that it looks at; in a report of the scanner, the line of the result. */
  readonly at: { readonly file: string; readonly line: number }
  /** True if the scanner said it itself, in its report. Otherwise its test was made on the imported files. */
  readonly isReported: boolean
}

/** The report of a scanner. */
export interface ScannerReport {
  readonly file: string
  /** The results about settings and permissions that matter on the paths. */
  readonly results: readonly ScannerResult[]
  /** The number of other results, by status. */
  readonly others: Readonly<Record<ScannerResult['status'], number>>
  /** The names of benchmarks whose numbers are not known. */
  readonly unknown: readonly string[]
}
