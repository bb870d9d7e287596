/** A kind of path: who talks to whom in Kubernetes, and what it does where a scenario says nothing. */
export type PathKind = ModelledPathKind | PlannedPathKind

export type ModelledKindName =
  | 'custom'
  | 'component-apiserver'
  | 'kubelet-apiserver'
  | 'pod-apiserver'
  | 'apiserver-kubelet'
  | 'apiserver-node'
  | 'apiserver-pod'
  | 'apiserver-service'
  | 'user-apiserver'

interface PathKindText {
  readonly name: string
  /** The letters of the Kubernetes documentation that it covers, in DESIGN section 1. */
  readonly letters: string
  readonly explanation: string
}

export interface ModelledPathKind extends PathKindText {
  readonly name: ModelledKindName
  readonly modelled: true
  /** Of Kubernetes, where it exists. */
  readonly versions: string
  readonly defaults: PathDefaults
}

export interface PlannedPathKind extends PathKindText {
  readonly modelled: false
}

export type Scheme = 'http' | 'https'

export interface PathDefaults {
  readonly scheme: Scheme
  /** Other schemes are refused. */
  readonly schemes: readonly Scheme[]
  /** Of a server whose configuration is not told otherwise. */
  readonly ports: Readonly<Record<Scheme, number>>
  readonly protocols: Readonly<Record<Scheme, 'http/1.1' | 'h2'>>
  /** What a plain client dials, where that is not the main address of `to`. */
  readonly httpAddress: string | null
  readonly tlsVersion: '1.2' | '1.3'
  readonly verify: 'none' | 'ca'
  readonly client: 'none' | 'certificate' | 'token'
  /** The server's certificate where neither path nor host names one. */
  readonly server: 'issued' | 'kubelet'
  /** The server asks every client for a certificate, also those that have none. */
  readonly asksForCertificate: boolean
  /** Who is at its ends in a cluster, where a path does not say; null: a path must say. */
  readonly ends: { readonly from: string; readonly to: string } | null
  /** Of Kubernetes 1.x, the last x with plain HTTP; null: all. */
  readonly lastHttpMinor: number | null
}

/** Into the apiserver: HTTP/2, everybody's certificate is asked for, nobody's required (facts 1.2). */
const INTO_APISERVER = {
  scheme: 'https',
  schemes: ['https'],
  ports: { http: 443, https: 443 },
  protocols: { http: 'http/1.1', https: 'h2' },
  httpAddress: null,
  tlsVersion: '1.3',
  verify: 'ca',
  client: 'certificate',
  server: 'issued',
  asksForCertificate: true,
  lastHttpMinor: null,
} as const

/** Out of the apiserver's proxy: no credentials, nothing verified (facts 1.7). */
const OUT_OF_PROXY = {
  scheme: 'http',
  schemes: ['http', 'https'],
  ports: { http: 80, https: 443 },
  protocols: { http: 'http/1.1', https: 'h2' },
  httpAddress: null,
  tlsVersion: '1.3',
  verify: 'none',
  client: 'none',
  server: 'issued',
  asksForCertificate: false,
  lastHttpMinor: null,
} as const

/** Logs, exec, port-forward: HTTP/1.1 only, and a certificate for a server that is not checked (facts 1.4). */
const INTO_KUBELET = {
  scheme: 'https',
  schemes: ['https'],
  ports: { http: 10250, https: 10250 },
  protocols: { http: 'http/1.1', https: 'http/1.1' },
  httpAddress: null,
  tlsVersion: '1.3',
  verify: 'none',
  client: 'certificate',
  server: 'kubelet',
  asksForCertificate: true,
  ends: { from: 'master', to: 'nodes/*' },
  lastHttpMinor: null,
} as const

const KINDS: readonly PathKind[] = [
  {
    name: 'component-apiserver',
    letters: 'A, A2',
    modelled: true,
    versions:
      'A (http) until 1.19, where the insecure port was last served; A2 (https) in all, and the default from 1.20',
    explanation:
      'Scheduler and controller manager talk to the apiserver on the master. A: plain HTTP to 127.0.0.1:8080, the insecure port, where nobody is asked who they are. A2: the secure port, with a client certificate for system:kube-scheduler.',
    defaults: {
      ...INTO_APISERVER,
      scheme: 'http',
      schemes: ['http', 'https'],
      ports: { http: 8080, https: 443 },
      httpAddress: '127.0.0.1',
      ends: { from: 'master', to: 'master' },
      lastHttpMinor: 19,
    },
  },
  {
    name: 'kubelet-apiserver',
    letters: 'B',
    modelled: true,
    versions: 'all',
    explanation:
      'A kubelet talks to the apiserver: heartbeats, watches, token reviews. It verifies the apiserver against the root CA and shows a client certificate for system:node:NAME in the group system:nodes, which TLS bootstrapping can give it.',
    defaults: { ...INTO_APISERVER, ends: { from: 'nodes/*', to: 'master' } },
  },
  {
    name: 'pod-apiserver',
    letters: 'C',
    modelled: true,
    versions: 'all; the token lives for ever until 1.20, a year (or 3607 s) from 1.21',
    explanation:
      'A pod talks to the apiserver through the virtual IP of the service `kubernetes`, which its node rewrites to the apiserver (DNAT, once a connection). It verifies the apiserver against the root CA that was mounted into it, and sends its service-account token.',
    defaults: { ...INTO_APISERVER, client: 'token', ends: { from: 'pods/*', to: 'master' } },
  },
  {
    name: 'apiserver-kubelet',
    letters: 'D, E, F, J',
    modelled: true,
    versions: 'all; F (tunnel: ssh) until 1.21, J (tunnel: konnectivity) from 1.16',
    explanation:
      'The apiserver fetches logs, execs, attaches and forwards ports through the HTTPS endpoint of a kubelet. D: it shows its client certificate but does not verify that of the kubelet. E: tls.verify is ca, as --kubelet-certificate-authority makes it. F, J: D or E inside a tunnel.',
    defaults: INTO_KUBELET,
  },
  {
    name: 'apiserver-node',
    letters: 'G, H, I, J',
    modelled: true,
    versions: 'all; I (tunnel: ssh) until 1.21, J (tunnel: konnectivity) from 1.16',
    explanation:
      "The apiserver proxies a user to a port of a node. Without a port, or with the kubelet's (10250), it goes to the kubelet as apiserver-kubelet does (D or E). Another port is plain HTTP (G), or with scheme https encrypted but not verified, and without credentials (H).",
    defaults: { ...OUT_OF_PROXY, ends: { from: 'master', to: 'nodes/*' } },
  },
  {
    name: 'apiserver-pod',
    letters: 'G, H, I, J',
    modelled: true,
    versions: 'all; I (tunnel: ssh) until 1.21, J (tunnel: konnectivity) from 1.16',
    explanation:
      "The apiserver proxies a user to a pod's address: plain HTTP (G), or with scheme https encrypted but not verified, and without credentials (H). Through SSH tunnels (I) it leaves at a random node, and crosses the network from there as it is.",
    defaults: { ...OUT_OF_PROXY, ends: { from: 'master', to: 'pods/*' } },
  },
  {
    name: 'apiserver-service',
    letters: 'G, H, I, J',
    modelled: true,
    versions: 'all; I (tunnel: ssh) until 1.21, J (tunnel: konnectivity) from 1.16',
    explanation:
      'The apiserver proxies a user to a service: it picks one of its endpoints at random and dials that pod, never the virtual IP. Plain HTTP (G), or with scheme https encrypted but not verified (H); tunnels as for pods.',
    defaults: { ...OUT_OF_PROXY, ends: { from: 'master', to: 'services/*' } },
  },
  {
    name: 'user-apiserver',
    letters: '',
    modelled: true,
    versions: 'all',
    explanation:
      'kubectl talks to the apiserver, which it verifies against the root CA, with a client certificate. Here exec, logs, port-forward and proxy requests begin; the apiserver takes each on over the path of the kind that it needs.',
    defaults: { ...INTO_APISERVER, ends: { from: 'users/*', to: 'master' } },
  },
  {
    name: 'custom',
    letters: '',
    modelled: true,
    versions: 'all',
    explanation:
      'Any two hosts: plain HTTP on port 80, or HTTPS on 443 with a server certificate that the client verifies against the default CA.',
    defaults: {
      ...OUT_OF_PROXY,
      protocols: { http: 'http/1.1', https: 'http/1.1' },
      verify: 'ca',
      ends: null,
    },
  },
  planned('apiserver-etcd', 'The apiserver talks to etcd.'),
  planned('apiserver-webhook', 'The apiserver calls an admission or authorization webhook.'),
  planned('apiserver-aggregated', 'The apiserver forwards requests to an aggregated apiserver.'),
]

function planned(name: string, explanation: string): PlannedPathKind {
  return { name, letters: '', modelled: false, explanation }
}

export const PATH_KINDS: ReadonlyMap<string, PathKind> = new Map(KINDS.map((kind) => [kind.name, kind]))

export function pathDefaults(kind: ModelledKindName): PathDefaults {
  const found = PATH_KINDS.get(kind)
  if (!found?.modelled) throw new RangeError(`the path kind ${kind} is not modelled`)
  return found.defaults
}

/** Where the apiserver talks to the cluster; tunnels are made for these. */
export function isMasterToCluster(kind: ModelledKindName): boolean {
  return kind === 'apiserver-kubelet' || isProxied(kind)
}

/** Where the apiserver stands in for a user who asks for something behind it. */
export function isProxied(kind: ModelledKindName): boolean {
  return kind === 'apiserver-node' || kind === 'apiserver-pod' || kind === 'apiserver-service'
}

/**
 * How a path is set up: as its kind has it, but that the apiserver goes to a node without a port, or with that of the
 * kubelet, as it goes to a kubelet, whatever scheme was asked for (ResourceLocation of nodes; facts 1.7).
 */
export function transportDefaults(kind: ModelledKindName, port: number | undefined, kubeletPort: number): PathDefaults {
  return kind === 'apiserver-node' && (port === undefined || port === kubeletPort) ? INTO_KUBELET : pathDefaults(kind)
}

/** Tunnels by Kubernetes 1.x: the first and the last x that have them. */
export const TUNNEL_VERSIONS = {
  // Deprecated in 1.9 (k/k#54433), removed in 1.22 (k/k#102297).
  ssh: { firstMinor: 0, lastMinor: 21, reason: 'SSH tunnels and --ssh-user were removed in 1.22' },
  // Alpha in 1.16, beta in 1.18 (KEP-1281).
  konnectivity: { firstMinor: 16, lastMinor: 999, reason: 'Konnectivity came as alpha in 1.16 and as beta in 1.18' },
} as const
