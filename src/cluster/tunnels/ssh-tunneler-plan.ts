/** The tunneler of an apiserver, which keeps up an SSH tunnel to every node. Immutable. */
export interface SshTunnelerPlan {
  readonly host: number
  /**
   * The time since its last round of health checks at the start of the run, less than a minute. 0: it starts with the
   * run.
   */
  readonly ageNs: number
  /** Indices of tunnels, in the order of names. */
  readonly tunnels: readonly number[]
  /** The target of health checks on each node: an index into the address book, and a port. */
  readonly healthz: { readonly remoteAddress: number; readonly port: number }
  /** Index of `healthz` in the destinations of SshForwarding. */
  readonly healthzTarget: number
  /** Index of the HttpRequest of health checks. */
  readonly healthRequest: number
}
