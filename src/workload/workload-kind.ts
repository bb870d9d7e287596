export type WorkloadKind =
  /** Requests and responses of configured sizes. */
  | 'requests'
  /** One streamed response: chunks at a rate. */
  | 'stream'
  /** An upgraded connection: keys are typed, and their echoes come back. */
  | 'keystrokes'
  | 'heartbeat'
  | 'watch'
  /** Watches of kubelets, over which the changes of the cluster's pods are spread. */
  | 'pod-changes'
  | 'list'
  | 'logs'
  | 'exec'
  | 'port-forward'
  | 'proxy-get'

/** Returns whether a workload is a watch on each instance of its path. */
export function isWatch(kind: WorkloadKind): boolean {
  return kind === 'watch' || kind === 'pod-changes'
}
