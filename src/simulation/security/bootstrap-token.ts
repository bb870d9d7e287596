import { installerOf } from '../../cluster/paths/connection-settings.ts'
import type { BootstrapToken } from '../../security/bearer-token.ts'
import type { Blueprint } from '../blueprint.ts'

const TOKEN_ID = 'abcdef'
/** The group and the id of the bootstrap token that kubeadm creates. */
const KUBEADM_GROUP = 'system:bootstrappers:kubeadm:default-node-token'
/** The user name of nodes that join in kube-up. Its credential is in their metadata (4ARMED/kubeletmein). */
const GCE_USER = 'kubelet'

/** Returns the bootstrap token with this name, and the user or group that it authenticates as. */
export function tokenNamed(name: string, { cluster, identities }: Blueprint): BootstrapToken {
  const found = identities.find((identity) => identity.name === name)
  const expiresS = found?.kind === 'service-account-token' ? found.expiresS : null
  const token = { name, id: TOKEN_ID, extraGroups: [KUBEADM_GROUP], expiresS }
  return cluster === null || installerOf(cluster.apiserver.configuration) === 'kubeadm'
    ? token
    : { ...token, user: GCE_USER }
}
