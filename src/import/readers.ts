import type { ImportDocument } from './documents.ts'
import type { DocumentReader, TextReader } from './reader.ts'
import { abacReader } from './readers/abac.ts'
import { argumentFileReader } from './readers/argument-file.ts'
import { authenticationReader, authorizationReader } from './readers/authorization.ts'
import { bottlerocketReader } from './readers/bottlerocket.ts'
import { caBundleReader } from './readers/ca-bundle.ts'
import { cloudConfigReader, clusterApiReader, kindReader } from './readers/cluster-api.ts'
import { configMapReader } from './readers/config-map.ts'
import { dockerInspectReader } from './readers/docker-inspect.ts'
import { egressSelectorReader } from './readers/egress-selector.ts'
import { environmentReader } from './readers/environment.ts'
import { haproxyReader } from './readers/haproxy.ts'
import { k0sReader } from './readers/k0s.ts'
import { k3sReader } from './readers/k3s.ts'
import { kopsReader } from './readers/kops.ts'
import { kubeEnvReader } from './readers/kube-env.ts'
import { kubeProxyReader } from './readers/kube-proxy.ts'
import { kubeadmReader } from './readers/kubeadm.ts'
import { kubeconfigReader } from './readers/kubeconfig.ts'
import { kubeletConfigurationReader } from './readers/kubelet-configuration.ts'
import { machineConfigReader } from './readers/machine-config.ts'
import { networkPolicyReader } from './readers/network-policy.ts'
import { nodeReader } from './readers/node.ts'
import { nodeConfigReader, userDataReader } from './readers/node-config.ts'
import { openshiftReader } from './readers/openshift.ts'
import { pemReader } from './readers/pem.ts'
import { podReader } from './readers/pod.ts'
import { processListReader } from './readers/process-list.ts'
import { bindingReader, roleReader } from './readers/rbac.ts'
import { rkeReader } from './readers/rke.ts'
import { secretReader } from './readers/secret.ts'
import { serviceReader } from './readers/service.ts'
import { signingRequestReader } from './readers/signing-request.ts'
import { systemdUnitReader } from './readers/systemd-unit.ts'
import { talosReader } from './readers/talos.ts'
import { bearerTokenReader, tokenFileReader } from './readers/token-file.ts'
import { versionOutputReader } from './readers/version-output.ts'

/** The readers of YAML and JSON documents. The first reader that recognizes a document reads it. */
export const DOCUMENT_READERS: readonly DocumentReader[] = [
  secretReader,
  kubeconfigReader,
  talosReader,
  podReader,
  kubeletConfigurationReader,
  configMapReader,
  clusterApiReader,
  kindReader,
  cloudConfigReader,
  kubeadmReader,
  k0sReader,
  kopsReader,
  machineConfigReader,
  openshiftReader,
  rkeReader,
  dockerInspectReader,
  nodeConfigReader,
  k3sReader,
  nodeReader,
  roleReader,
  bindingReader,
  serviceReader,
  networkPolicyReader,
  egressSelectorReader,
  authorizationReader,
  authenticationReader,
  signingRequestReader,
  caBundleReader,
  kubeProxyReader,
  kubeEnvReader,
]

/** Returns the reader of a document; undefined if there is none. */
export function readerOf(document: ImportDocument): DocumentReader | undefined {
  const { kind } = document
  return DOCUMENT_READERS.find((one) =>
    one.recognizes === undefined
      ? one.kinds.includes(kind)
      : (one.kinds.includes(kind) || kind === '') && one.recognizes(document),
  )
}

/** The readers of other texts. The first reader that recognizes a text reads it. */
export const TEXT_READERS: readonly TextReader[] = [
  pemReader,
  tokenFileReader,
  bearerTokenReader,
  abacReader,
  bottlerocketReader,
  userDataReader,
  systemdUnitReader,
  argumentFileReader,
  haproxyReader,
  environmentReader,
  processListReader,
  versionOutputReader,
]
