import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { ApiserverConfiguration, KubeletConfiguration } from '../../cluster/versions/configuration.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import { resolveSetUp } from '../cluster/resolve-set-up.ts'
import { isServingIssued } from '../cluster/serving-issued.ts'
import type { Resolved } from '../configuration/configuration-settings.ts'
import { FLAG_OF, hasConfigFile, KUBELET_FIELDS, type KubeletField } from '../configuration/kubelet-values.ts'
import { Findings } from '../problems/findings.ts'
import { type ClusterSection, clusterSchema } from '../schema/cluster.ts'
import { formatDuration } from '../schema/units.ts'
import { type Growable, growTree } from '../tree/build-tree.ts'
import type { Origin } from '../tree/origin.ts'
import { mergeTrees, plainOf, type Tree, treeAt } from '../tree/tree.ts'

/** Flags and fields of the cluster's parts, with what the version has where nobody wrote anything. */
export function spelledCluster(printable: Tree, { cluster }: Blueprint, origin: Origin): Tree {
  const written = treeAt(printable, ['cluster'])
  if (cluster === null || written === undefined) return growTree({}, origin('default'))
  const section = clusterSchema.parse(plainOf(written))
  const { version } = cluster
  const versions = cluster.nodes.map((node) => node.version)
  const setUp = resolveSetUp(section, version, versions, printable, new Findings(printable))
  const manager = setUp.controllerManager.configuration
  const leaf = (value: Growable, from: string | undefined) => growTree(value, origin(from ?? 'default'))
  const managerOrigins = setUp.controllerManager.origins
  const flags = {
    'node-monitor-grace-period': leaf(
      formatDuration(manager.nodeMonitorGracePeriodNs),
      managerOrigins.get('node-monitor-grace-period'),
    ),
    'node-monitor-period': leaf(formatDuration(manager.nodeMonitorPeriodNs), managerOrigins.get('node-monitor-period')),
  }
  const serving = isServingIssued(section, printable) ? 'issued' : 'self-signed'
  const parts = [
    growTree({ cluster: { kubelet: { 'server-certificate': serving } } }, origin('default in this cluster')),
    growTree({ cluster: { apiserver: { flags: apiserverFlags(setUp.apiserver, version, leaf) } } }, origin('default')),
    growTree({ cluster: { 'controller-manager': { flags } } }, origin('default')),
    growTree(
      { cluster: { kubelet: kubeletOf([...setUp.kubelets.values()], section, versions, leaf) } },
      origin('default'),
    ),
  ]
  return parts.reduce(mergeTrees)
}

type Leaf = (value: Growable, from: string | undefined) => Tree

/** Flags that the version does not have, or that would say nothing, are left out. */
function apiserverFlags(
  { configuration, origins }: Resolved<ApiserverConfiguration>,
  version: KubernetesVersion,
  leaf: Leaf,
): Growable {
  const { apiserver } = abilitiesOf(version)
  const hasInsecurePort = apiserver.insecurePortFlag === 'present'
  const isRequestTimeoutAFlag = version.minor > FIXED_REQUEST_TIMEOUT_MINOR
  const plugins = configuration.enableAdmissionPlugins
  const values: Readonly<Record<string, Growable | undefined>> = {
    'insecure-port': hasInsecurePort ? configuration.insecurePort : undefined,
    'insecure-bind-address': hasInsecurePort ? configuration.insecureBindAddress : undefined,
    'secure-port': configuration.securePort,
    'anonymous-auth': configuration.anonymousAuth,
    'authorization-mode': [...configuration.authorizationMode],
    [apiserver.admissionFlag]: plugins.length === 0 ? undefined : [...plugins],
    'client-ca-file': configuration.clientCa ?? undefined,
    'kubelet-certificate-authority': configuration.kubeletCertificateAuthority ?? undefined,
    'kubelet-client-certificate': configuration.kubeletClientCertificate ?? undefined,
    'kubelet-read-only-port': apiserver.sshTunnels ? configuration.kubeletReadOnlyPort : undefined,
    'max-requests-inflight': configuration.maxRequestsInflight,
    'max-mutating-requests-inflight': configuration.maxMutatingRequestsInflight,
    'request-timeout': isRequestTimeoutAFlag ? formatDuration(configuration.requestTimeoutNs) : undefined,
    'min-request-timeout': configuration.minRequestTimeoutNs / NS_PER_S,
    'http2-max-streams-per-connection':
      apiserver.http2MaxStreamsFlag === 'present' ? configuration.http2MaxStreamsPerConnection : undefined,
    'service-account-extend-token-expiration':
      apiserver.serviceAccountExtendTokenExpirationFlag === 'present'
        ? configuration.serviceAccountExtendTokenExpiration
        : undefined,
  }
  return leavesOf(values, origins, leaf)
}

/** In 1.6 the timeout of requests has no flag. */
const FIXED_REQUEST_TIMEOUT_MINOR = 6

function leavesOf(
  values: Readonly<Record<string, Growable | undefined>>,
  origins: ReadonlyMap<string, string>,
  leaf: Leaf,
): Growable {
  const defined = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(defined.map(([name, value]) => [name, leaf(value!, origins.get(name))]))
}

/** As kubelets are set up here, by a file or by flags; where versions differ, only what is alike in all. */
function kubeletOf(
  kubelets: readonly Resolved<KubeletConfiguration>[],
  { kubelet }: ClusterSection,
  versions: readonly KubernetesVersion[],
  leaf: Leaf,
): Growable {
  const written = { flags: kubelet?.flags, config: kubelet?.config }
  const styles = new Set(versions.map((version) => hasConfigFile(written, abilitiesOf(version))))
  if (styles.size !== 1) return {}
  const isFile = styles.has(true)
  const all = kubelets.map(({ configuration }) => fieldsOf(configuration))
  const fields = KUBELET_FIELDS.filter((field) => all.every((values) => values[field] === all[0][field]))
  const { origins } = kubelets[0]
  const flags: Record<string, Growable> = {}
  let config: Tree = growTree({}, leaf({}, undefined).spot)
  for (const field of fields) {
    const value = all[0][field]
    const flag = FLAG_OF[field]
    // A file and flags may both be written; then the flags are there already.
    const isWrittenAsFlag = flag !== null && kubelet?.flags?.[flag] !== undefined
    if (value === undefined || isWrittenAsFlag) continue
    const tree = leaf(value, origins.get(field))
    if (isFile) config = mergeTrees(config, nested(field.split('.'), tree))
    else if (flag !== null && versions.every((version) => hasFlag(flag, version))) flags[flag] = tree
  }
  return isFile ? { config } : { flags }
}

function hasFlag(flag: string, { minor }: KubernetesVersion): boolean {
  if (flag === 'rotate-certificates') return minor >= 8
  return flag !== 'rotate-server-certificates' || minor >= 12
}

function nested(steps: readonly string[], tree: Tree): Tree {
  return steps.reduceRight((inner, step) => growTree({ [step]: inner }, tree.spot), tree)
}

function fieldsOf(
  configuration: KubeletConfiguration,
): Readonly<Record<KubeletField, string | number | boolean | undefined>> {
  return {
    port: configuration.port,
    readOnlyPort: configuration.readOnlyPort,
    'authentication.anonymous.enabled': configuration.anonymousEnabled,
    'authentication.webhook.enabled': configuration.webhookEnabled,
    'authentication.webhook.cacheTTL': formatDuration(configuration.webhookCacheTtlNs),
    'authentication.x509.clientCAFile': configuration.clientCa ?? undefined,
    'authorization.mode': configuration.authorizationMode,
    'authorization.webhook.cacheAuthorizedTTL': formatDuration(configuration.cacheAuthorizedTtlNs),
    'authorization.webhook.cacheUnauthorizedTTL': formatDuration(configuration.cacheUnauthorizedTtlNs),
    serverTLSBootstrap: configuration.serverTlsBootstrap,
    rotateCertificates: configuration.rotateCertificates,
    nodeStatusUpdateFrequency: formatDuration(configuration.nodeStatusUpdateFrequencyNs),
    nodeStatusReportFrequency: formatDuration(configuration.nodeStatusReportFrequencyNs),
    nodeLeaseDurationSeconds: configuration.nodeLeaseDurationNs / NS_PER_S,
    streamingConnectionIdleTimeout: formatDuration(configuration.streamingConnectionIdleTimeoutNs),
  }
}
