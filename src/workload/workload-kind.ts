/** The kinds of workloads, with the traffic of each. */
export const WORKLOAD_KINDS = {
  requests: 'Requests and responses of fixed sizes.',
  stream: 'One response that continues at `rate`, in chunks.',
  keystrokes: 'An upgraded connection: keys are typed, and their echoes come back.',
  heartbeat: 'What a kubelet sends to stay Ready: its lease and the status of its node.',
  watch: 'A watch on objects of `resource`: a request whose response goes on, an event for each change.',
  'pod-changes':
    'Watches of kubelets that carry the changes of all pods of the cluster, each on the watch of one kubelet.',
  list: 'A list of `count` objects of `resource`.',
  logs: 'What `kubectl logs` does.',
  exec: 'What `kubectl exec` does.',
  attach: 'What `kubectl attach` does.',
  cp: 'What `kubectl cp` does: a file of `response` from the pod, or of `request` to it, as a tar that a command writes or reads.',
  'port-forward': 'What `kubectl port-forward` does.',
  'proxy-get': 'A GET request of a user that the apiserver proxies to a node, a pod or a service.',
} as const satisfies Readonly<Record<string, string>>

export type WorkloadKind = keyof typeof WORKLOAD_KINDS

/** Returns whether a workload has the streams of a command, on an upgraded connection. */
export function isCommand(kind: WorkloadKind): boolean {
  return kind === 'exec' || kind === 'attach' || kind === 'cp' || kind === 'keystrokes'
}

/** Returns whether a workload is a watch on each instance of its path. */
export function isWatch(kind: WorkloadKind): boolean {
  return kind === 'watch' || kind === 'pod-changes'
}
