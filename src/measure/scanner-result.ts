/** A scanner's result about a setting of a cluster. */
export interface ScannerResult {
  readonly tool: 'kube-bench' | 'kubescape'
  /** The number of the check or control: `1.2.5`, `C-0117`. */
  readonly id: string
  /** The benchmark of kube-bench, such as `cis-1.11`; null for kubescape, and if a report does not name it. */
  readonly benchmark: string | null
  readonly status: 'PASS' | 'FAIL' | 'WARN' | 'INFO'
  /** The question that the test answers, as an indirect question. */
  readonly asks: string
  /** The program or part of the cluster. */
  readonly program: 'kube-apiserver' | 'kubelet' | 'RBAC'
  readonly flag: string
  /** The value or list item of the flag that it is about; null if it is about the whole flag. */
  readonly about: string | null
  /**
   * The name that causes have for the weakness of a kubelet's setting; null for none, and if the value is not known.
   */
  readonly weakness: string | null
  /** The machine of a kubelet, or the name of a subject; empty if it applies everywhere. */
  readonly machine: string
  /** The command line, configuration or binding that was tested; for a scanner's report, the line of the result. */
  readonly at: { readonly file: string; readonly line: number }
  /** True if it comes from the scanner's report. False if onpath made the same test on the imported files. */
  readonly isReported: boolean
}

/** The report of a scanner. */
export interface ScannerReport {
  readonly file: string
  /** The results about settings and permissions that matter for the paths. */
  readonly results: readonly ScannerResult[]
  /** The number of other results, by status. */
  readonly others: Readonly<Record<ScannerResult['status'], number>>
  /** The names of benchmarks with unknown numbering. */
  readonly unknown: readonly string[]
}
