/** A kind of path: who talks to whom in Kubernetes, and what it does where a scenario says nothing. */
export type PathKind = ModelledPathKind | PlannedPathKind

interface PathKindText {
  readonly name: string
  /** The letters of the Kubernetes documentation that it covers, in DESIGN section 1. */
  readonly letters: string
  readonly explanation: string
}

export interface ModelledPathKind extends PathKindText {
  readonly modelled: true
  readonly defaults: PathDefaults
}

export interface PlannedPathKind extends PathKindText {
  readonly modelled: false
}

export interface PathDefaults {
  readonly scheme: 'http' | 'https'
  /** Other schemes are refused. */
  readonly schemes: readonly ('http' | 'https')[]
  readonly httpPort: number
  readonly httpsPort: number
  readonly tlsVersion: '1.2' | '1.3'
  readonly verify: 'none' | 'ca'
  readonly client: 'none' | 'certificate'
  /** The server's certificate where neither path nor host names one. */
  readonly server: 'issued' | 'kubelet'
  /** The server asks every client for a certificate, also those that have none. */
  readonly asksForCertificate: boolean
}

const KINDS: readonly PathKind[] = [
  {
    name: 'custom',
    letters: '',
    modelled: true,
    explanation:
      'Any two hosts: plain HTTP on port 80, or HTTPS on 443 with a server certificate that the client verifies against the default CA.',
    defaults: {
      scheme: 'http',
      schemes: ['http', 'https'],
      httpPort: 80,
      httpsPort: 443,
      tlsVersion: '1.3',
      verify: 'ca',
      client: 'none',
      server: 'issued',
      asksForCertificate: false,
    },
  },
  {
    name: 'apiserver-kubelet',
    letters: 'D E F',
    modelled: true,
    explanation:
      'The apiserver fetches logs, execs and forwards ports through the HTTPS endpoint of a kubelet (10250). It shows its client certificate but does not verify that of the kubelet, unless tls.verify is ca (E). With tunnel: ssh this is F.',
    defaults: {
      scheme: 'https',
      schemes: ['https'],
      httpPort: 10250,
      httpsPort: 10250,
      tlsVersion: '1.3',
      verify: 'none',
      client: 'certificate',
      server: 'kubelet',
      asksForCertificate: true,
    },
  },
  planned(
    'component-apiserver',
    'A',
    'Scheduler and controller manager talk to the apiserver on the master: plain HTTP on localhost:8080, later the secure port.',
  ),
  planned(
    'kubelet-apiserver',
    'B',
    'A kubelet talks to the apiserver over HTTPS, verified against the root CA, with its client certificate.',
  ),
  planned(
    'pod-apiserver',
    'C',
    'A pod reaches the apiserver through the virtual IP of the kubernetes service, with a bearer token.',
  ),
  planned(
    'apiserver-node',
    'G H I',
    'The apiserver proxies a user to a port of a node: plain HTTP, or HTTPS that is not verified.',
  ),
  planned(
    'apiserver-pod',
    'G H I',
    'The apiserver proxies a user to a pod: plain HTTP, or HTTPS that is not verified.',
  ),
  planned(
    'apiserver-service',
    'G H I',
    'The apiserver proxies a user to an endpoint of a service: plain HTTP, or HTTPS that is not verified.',
  ),
  planned('user-apiserver', '', 'kubectl talks to the apiserver, where exec, logs and proxy requests begin.'),
  planned('apiserver-etcd', '', 'The apiserver talks to etcd.'),
  planned('apiserver-webhook', '', 'The apiserver calls an admission or authorization webhook.'),
  planned('apiserver-aggregated', '', 'The apiserver forwards requests to an aggregated apiserver.'),
]

function planned(name: string, letters: string, explanation: string): PlannedPathKind {
  return { name, letters, modelled: false, explanation }
}

export const PATH_KINDS: ReadonlyMap<string, PathKind> = new Map(KINDS.map((kind) => [kind.name, kind]))

export function defaultsOf(kind: string): PathDefaults {
  const found = PATH_KINDS.get(kind)
  if (!found?.modelled) throw new RangeError(`the path kind ${kind} is not modelled`)
  return found.defaults
}
