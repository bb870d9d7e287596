/** The part of an apiserver that keeps an SSH tunnel to every node. Immutable. */
export interface SshTunnelerPlan {
  readonly host: number
  /** Indices of tunnels, in the order of names. */
  readonly tunnels: readonly number[]
  /** Where health checks go, on each node: an index into the address book, and a port. */
  readonly healthz: { readonly remoteAddress: number; readonly port: number }
  /** Number of `healthz` among the destinations that sshd knows. */
  readonly healthzTarget: number
  /** Index of the HttpRequest. */
  readonly healthRequest: number
}
