import { placeOf, type Sourced, written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, sourcedAt } from '../tree-values.ts'
import { isSecretName } from './environment.ts'

/** Keys that are always in this file on GCE (kubernetes cluster/gce/util.sh, build-kube-env). */
const MARKS = ['KUBELET_ARGS', 'KUBE_MANIFESTS_TAR_URL', 'SERVER_BINARY_TAR_URL', 'KUBERNETES_MASTER_NAME']

/**
 * Reads the metadata `kube-env` of GKE and kube-up nodes, a map of variables. Nodes add `--config` and other flags to
 * the kubelet flags in it (kubernetes cluster/gce/gci/configure-helper.sh, start-kubelet).
 */
export const kubeEnvReader: DocumentReader = {
  reads: 'kube-env of nodes of GKE and kube-up: KUBELET_ARGS; keys and tokens are not read',
  kinds: [],
  recognizes: ({ tree, kind }) => kind === '' && entriesAt(tree, []).some(([key]) => MARKS.includes(key)),
  read({ tree }, evidence) {
    const values = new Map<string, Sourced<string>>()
    const secrets: string[] = []
    for (const [key] of entriesAt(tree, [])) {
      if (isSecretName(key)) secrets.push(key)
      const value = key.startsWith('KUBELET_') && !isSecretName(key) ? sourcedAt(tree, [key]) : null
      if (value !== null) values.set(key, value)
    }
    const at = placeOf(tree.position)
    if (secrets.length > 0)
      evidence.note({ kind: 'unread', at, message: `${secrets.join(', ')}, which are secret and not read` })
    if (values.size > 0) evidence.variables.push({ at, values, isPart: true })
    if (entriesAt(tree, []).some(([key]) => key === 'GKE_CLUSTER_NAME' || key.startsWith('GKE_')))
      evidence.distributions.push(written('gke', at))
  },
}
