import type {
  ApiserverConfiguration,
  ControllerManagerConfiguration,
  KubeletConfiguration,
} from '../../cluster/versions/configuration.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { Resolved } from '../configuration/configuration-settings.ts'
import { resolveApiserver, resolveControllerManager, resolveKubelet } from '../configuration/resolve-configuration.ts'
import type { Identities } from '../identities/identities.ts'
import { CLUSTER_CA, IDENTITY_NAMES } from '../identities/identity-names.ts'
import { checkIdentity } from '../paths/resolve-tls-client.ts'
import type { Findings } from '../problems/findings.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import { originOf } from '../tree/origin.ts'
import { spotAt, type Tree, type TreePath } from '../tree/tree.ts'

/** How the parts of a cluster are set up, and where each value is from. */
export interface SetUp {
  readonly apiserver: Resolved<ApiserverConfiguration>
  readonly controllerManager: Resolved<ControllerManagerConfiguration>
  /** By the text of its version. */
  readonly kubelets: ReadonlyMap<string, Resolved<KubeletConfiguration>>
}

export function resolveSetUp(
  section: ClusterSection,
  version: KubernetesVersion,
  kubeletVersions: readonly KubernetesVersion[],
  tree: Tree,
  findings: Findings,
): SetUp {
  const context = (...path: string[]) => ({
    path: ['cluster', ...path],
    originOf: (place: TreePath) => originOf(spotAt(tree, place)),
    provides: { clientCa: CLUSTER_CA, kubeletClientCertificate: IDENTITY_NAMES.apiserverKubeletClient },
  })
  const { apiserver, kubelet, 'controller-manager': manager } = section
  const kubelets = new Map<string, Resolved<KubeletConfiguration>>()
  for (const own of kubeletVersions) {
    if (kubelets.has(own.text)) continue
    const written = { flags: kubelet?.flags, config: kubelet?.config }
    kubelets.set(own.text, resolveKubelet(written, own, context('kubelet'), findings))
  }
  return {
    apiserver: resolveApiserver(apiserver?.flags ?? {}, version, context('apiserver', 'flags'), findings),
    controllerManager: resolveControllerManager(
      manager?.flags ?? {},
      version,
      context('controller-manager', 'flags'),
      findings,
    ),
    kubelets,
  }
}

/** Flags that name a file of Kubernetes name an identity here. */
export function checkNamedIdentities(
  { apiserver, kubelet }: ClusterSection,
  identities: Identities,
  findings: Findings,
): void {
  const check = (place: TreePath, name: string | undefined, kind: 'ca' | 'certificate') => {
    if (name !== undefined) checkIdentity(place, name, kind, { identities, findings, cluster: null })
  }
  const flags = ['cluster', 'apiserver', 'flags']
  for (const flag of ['client-ca-file', 'kubelet-certificate-authority'] as const)
    check([...flags, flag], apiserver?.flags?.[flag], 'ca')
  check([...flags, 'kubelet-client-certificate'], apiserver?.flags?.['kubelet-client-certificate'], 'certificate')
  check(['cluster', 'kubelet', 'flags', 'client-ca-file'], kubelet?.flags?.['client-ca-file'], 'ca')
  const x509 = ['cluster', 'kubelet', 'config', 'authentication', 'x509', 'clientCAFile']
  check(x509, kubelet?.config?.authentication?.x509?.clientCAFile, 'ca')
}
