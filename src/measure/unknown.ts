/**
 * The reasons why a check of an imported cluster can leave a question open. `what` is a clause about what is not known,
 * and `settledBy` says which command, file or change answers it.
 */
export const UNKNOWN_CAUSES = {
  apiserver: {
    what: 'how kube-apiserver is started',
    settledBy: 'add its manifest kube-apiserver.yaml, or the line of `ps -efww` with its flags',
  },
  'apiserver-files': {
    what: 'what a file says that a flag of kube-apiserver names',
    settledBy: 'add the file',
  },
  kubelets: {
    what: 'how kubelets are configured',
    settledBy: 'add /var/lib/kubelet/config.yaml and the line of `ps -efww` of the kubelet, of a node of each kind',
  },
  'node-without-files': {
    what: 'how the kubelets of some nodes are configured',
    settledBy: 'add their files, or what `kubectl get --raw /api/v1/nodes/NODE/proxy/configz` prints for each',
  },
  nodes: {
    what: 'which nodes there are',
    settledBy: 'add `kubectl get nodes -o yaml`',
  },
  rights: {
    what: 'who may do what',
    settledBy: 'add `kubectl get clusterroles,clusterrolebindings,roles,rolebindings -A -o yaml`, or the file of ABAC',
  },
  'serving-certificates': {
    what: 'who signed the serving certificates of kubelets',
    settledBy: 'add the certificates (kubelet-server-current.pem, or the file of tlsCertFile), without their keys',
  },
  'unread-file': {
    what: 'what a file says that could not be read',
    settledBy: 'add it whole: `kubectl get` without limits, `ps -efww`, valid YAML',
  },
  remotedialer: {
    what: 'what attackers get on the tunnels of the agents of k3s and RKE2',
    settledBy: 'nothing settles it here, since these tunnels are not modelled: judge logs and exec by hand',
  },
  'etcd-without-tls': {
    what: 'who reads and writes what kube-apiserver sends to etcd without TLS',
    settledBy: 'set https addresses and --etcd-cafile, or accept it if nobody else is on the network to etcd',
  },
} as const satisfies Readonly<Record<string, { readonly what: string; readonly settledBy: string }>>

export type UnknownCause = keyof typeof UNKNOWN_CAUSES

/** Something that is not known of a cluster. */
export interface Unknown {
  readonly cause: UnknownCause
  /** The words of the import for what it found. */
  readonly text: string
}

/** An unknown that is tolerated until a day. */
export interface AcceptedUnknown {
  readonly cause: UnknownCause
  readonly reason: string
  /** The last day on which it applies, such as 2027-03-01; null for no end. */
  readonly untilDate: string | null
}

/** An unknown as a check judges it. */
export interface JudgedUnknown extends Unknown {
  /** `allowed`: by the policy; `accepted`: by the scenario; `open`: by nothing. */
  readonly status: 'open' | 'allowed' | 'accepted'
  /** The acceptance that applies, or whose last day has passed; null for none. */
  readonly acceptance: AcceptedUnknown | null
}

/** The answers of a check, the best first. */
export type CheckAnswer = 'passed' | 'not known' | 'failed'
