import { kubernetesVersion } from '../schema/kubernetes-version.ts'
import { reference } from '../schema/scalars.ts'
import { hostKey } from './host-key.ts'

export const certificate = hostKey({
  schema: () =>
    reference('The certificate that TLS servers on this host present. Default: a certificate from the default CA.'),
})

export const zone = hostKey({
  schema: () => reference('The cloud zone of a node, or of the master. Default: that of the pool, or none.'),
})

export const kubernetes = hostKey({
  schema: () =>
    kubernetesVersion(
      'The Kubernetes version of the kubelet on this node, or of the kubectl on the host of a user, which may be older or newer than the cluster. Default: the version of the pool, or of the cluster.',
    ),
  set: (kubernetes) => ({ kubernetes }),
})
