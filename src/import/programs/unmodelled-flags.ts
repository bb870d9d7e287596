import type { UnknownCause } from '../../measure/unknown.ts'
import type { ProgramName } from './programs.ts'

/** A flag of which some values leave a question open. */
interface OpenQuestion {
  readonly consequence: string
  readonly cause: UnknownCause
  /** The values that leave it open. Other values do not concern the paths. */
  readonly pattern: RegExp
}

/**
 * Flags that concern the paths but are not modelled, with their consequences. Other unmodelled flags do not concern the
 * paths.
 */
export const UNMODELLED_FLAGS: Readonly<Partial<Record<ProgramName, Readonly<Record<string, string | OpenQuestion>>>>> =
  {
    'kube-apiserver': {
      'authorization-webhook-config-file':
        'what the webhook allows is not known; only the other authorizers decide here',
      'authentication-token-webhook-config-file': 'tokens that the webhook accepts are not known',
      'basic-auth-file': 'passwords never expire, and whoever reads the file has them',
      'token-auth-file': 'static tokens never expire, and whoever reads the file has them',
      'oidc-issuer-url': 'users of the identity provider are not known; the user of kubectl here has a certificate',
      'kubelet-https': 'to 1.21; it changes no verdict, since kubelets serve TLS only',
      'kubelet-port': 'the port of each Node is dialled',
      'etcd-servers': {
        consequence: 'whoever is on the network to etcd reads and writes every object of the cluster',
        cause: 'etcd-without-tls',
        pattern: /(?:^|,)http:\/\/(?!127\.|localhost\b|\[::1\])/,
      },
      'kubelet-timeout': 'requests to kubelets end by --request-timeout here',
    },
    'kube-controller-manager': {
      'node-eviction-rate': 'pods are evicted at 0.1 nodes a second here',
      'secondary-node-eviction-rate': 'it is 0.01 here',
      'unhealthy-zone-threshold': 'it is 0.55 here',
      'large-cluster-size-threshold': 'it is 50 here',
    },
  }
