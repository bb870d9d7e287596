import type {
  ApiserverConfiguration,
  AuthorizationMode,
  ControllerManagerConfiguration,
  KubeletConfiguration,
} from '../../cluster/versions/configuration.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Findings } from '../problems/findings.ts'
import type { ApiserverFlags, ControllerManagerFlags } from '../schema/cluster-flags.ts'
import { type ConfigurationContext, type Resolved, Settings } from './configuration-settings.ts'
import { type KubeletSetUp, KubeletValues } from './kubelet-values.ts'
import { checkApiserver } from './refused-apiserver-flags.ts'
import { checkAuthentication, checkControllerManager, checkKubelet } from './refused-kubelet-settings.ts'

/** What the cluster provides where no flag says otherwise, by name; null: nothing. */
export interface ClusterProvides {
  readonly clientCa: string | null
  readonly kubeletClientCertificate: string | null
}

const PROVIDED = 'the cluster'
const OFF = 'default: not set'

/** `context.path` leads to `cluster.apiserver.flags`. */
export function resolveApiserver(
  flags: ApiserverFlags,
  version: KubernetesVersion,
  context: ConfigurationContext & { readonly provides: ClusterProvides },
  findings: Findings,
): Resolved<ApiserverConfiguration> {
  const settings = new Settings(version, context, findings)
  checkApiserver(flags, settings)
  const { provides } = context
  return settings.resolved({
    insecurePort: settings.take('insecure-port', flags['insecure-port'], 'apiserver', 'insecurePort'),
    insecureBindAddress: settings.take(
      'insecure-bind-address',
      flags['insecure-bind-address'],
      'apiserver',
      'insecureBindAddress',
    ),
    securePort: settings.take('secure-port', flags['secure-port'], 'apiserver', 'securePort'),
    ...whoMayDoWhat(flags, settings),
    kubeletCertificateAuthority: settings.takeOr(
      'kubelet-certificate-authority',
      flags['kubelet-certificate-authority'],
      null,
      OFF,
    ),
    enableKubeletCertCnValidation: settings.takeOr(
      'enable-kubelet-cert-cn-validation',
      flags['enable-kubelet-cert-cn-validation'],
      false,
      OFF,
    ),
    kubeletClientCertificate: settings.takeOr(
      'kubelet-client-certificate',
      flags['kubelet-client-certificate'],
      provides.kubeletClientCertificate,
      PROVIDED,
    ),
    clientCa: settings.takeOr('client-ca-file', flags['client-ca-file'], provides.clientCa, PROVIDED),
    sshUser: settings.takeOr('ssh-user', flags['ssh-user'], '', OFF) || null,
    kubeletReadOnlyPort: settings.take(
      'kubelet-read-only-port',
      flags['kubelet-read-only-port'],
      'apiserver',
      'kubeletReadOnlyPort',
    ),
    ...limitsOf(flags, settings),
    egressSelector: settings.takeOr(
      'egress-selector-config-file',
      flags['egress-selector-config-file'],
      'none' as const,
      OFF,
    ),
  })
}

function whoMayDoWhat(flags: ApiserverFlags, settings: Settings) {
  const authorizationMode = settings.take(
    'authorization-mode',
    flags['authorization-mode'] as readonly AuthorizationMode[] | undefined,
    'apiserver',
    'authorizationMode',
  )
  const wanted = settings.take('anonymous-auth', flags['anonymous-auth'], 'apiserver', 'anonymousAuth')
  const anonymousAuth = wanted && !authorizationMode.includes('AlwaysAllow')
  // ARK pkg/kubeapiserver/options/authentication.go (ApplyAuthorization): a warning, and the flag is off.
  if (wanted !== anonymousAuth) settings.amend('anonymous-auth', ANONYMOUS_IS_RESET)
  const isOldName = flags['admission-control'] !== undefined
  const enableAdmissionPlugins = settings.take(
    isOldName ? 'admission-control' : 'enable-admission-plugins',
    isOldName ? flags['admission-control'] : flags['enable-admission-plugins'],
    'apiserver',
    'admissionPlugins',
  )
  return { anonymousAuth, authorizationMode, enableAdmissionPlugins }
}

const ANONYMOUS_IS_RESET =
  'AnonymousAuth is not allowed with the AlwaysAllow authorizer. Resetting AnonymousAuth to false. You should use a different authorizer'

function limitsOf(flags: ApiserverFlags, settings: Settings) {
  const minRequestTimeoutS = flags['min-request-timeout']
  return {
    maxRequestsInflight: settings.take(
      'max-requests-inflight',
      flags['max-requests-inflight'],
      'apiserver',
      'maxRequestsInflight',
    ),
    maxMutatingRequestsInflight: settings.take(
      'max-mutating-requests-inflight',
      flags['max-mutating-requests-inflight'],
      'apiserver',
      'maxMutatingRequestsInflight',
    ),
    requestTimeoutNs: settings.take('request-timeout', flags['request-timeout'], 'apiserver', 'requestTimeoutNs'),
    minRequestTimeoutNs: settings.take(
      'min-request-timeout',
      minRequestTimeoutS === undefined ? undefined : minRequestTimeoutS * NS_PER_S,
      'apiserver',
      'minRequestTimeoutNs',
    ),
    // 0 is how the flag says nothing (secure_serving.go: only a positive number overrides).
    http2MaxStreamsPerConnection: settings.take(
      'http2-max-streams-per-connection',
      flags['http2-max-streams-per-connection'] || undefined,
      'apiserver',
      'http2MaxStreamsPerConnection',
    ),
    serviceAccountExtendTokenExpiration: settings.take(
      'service-account-extend-token-expiration',
      flags['service-account-extend-token-expiration'],
      'apiserver',
      'serviceAccountExtendTokenExpiration',
    ),
  }
}

/** `context.path` leads to `cluster.kubelet`, in which are `flags` and `config`. Origins go by the names of `config`. */
export function resolveKubelet(
  setUp: KubeletSetUp,
  version: KubernetesVersion,
  context: ConfigurationContext & { readonly provides: ClusterProvides },
  findings: Findings,
): Resolved<KubeletConfiguration> {
  const settings = new Settings(version, context, findings)
  checkKubelet(setUp, settings)
  const values = new KubeletValues(setUp, settings)
  const nodeStatusUpdateFrequencyNs = values.take('nodeStatusUpdateFrequency', 'nodeStatusUpdateFrequencyNs')
  const resolved = settings.resolved<KubeletConfiguration>({
    port: values.take('port', 'port'),
    readOnlyPort: values.takeByStyle('readOnlyPort', 'readOnlyPort'),
    anonymousEnabled: values.takeByStyle('authentication.anonymous.enabled', 'anonymousEnabled'),
    webhookEnabled: values.takeByStyle('authentication.webhook.enabled', 'webhookEnabled'),
    webhookCacheTtlNs: values.take('authentication.webhook.cacheTTL', 'webhookCacheTtlNs'),
    clientCa: values.takeClientCa(context.provides.clientCa, PROVIDED),
    authorizationMode: values.takeByStyle('authorization.mode', 'authorizationMode'),
    cacheAuthorizedTtlNs: values.take('authorization.webhook.cacheAuthorizedTTL', 'cacheAuthorizedTtlNs'),
    cacheUnauthorizedTtlNs: values.take('authorization.webhook.cacheUnauthorizedTTL', 'cacheUnauthorizedTtlNs'),
    serverTlsBootstrap: values.take('serverTLSBootstrap', 'serverTlsBootstrap'),
    rotateCertificates: values.take('rotateCertificates', 'rotateCertificates'),
    nodeStatusUpdateFrequencyNs,
    nodeStatusReportFrequencyNs: values.takeReportFrequencyNs(nodeStatusUpdateFrequencyNs),
    nodeLeaseDurationNs: values.take('nodeLeaseDurationSeconds', 'nodeLeaseDurationNs'),
    streamingConnectionIdleTimeoutNs: values.take('streamingConnectionIdleTimeout', 'streamingConnectionIdleTimeoutNs'),
  })
  checkAuthentication(resolved.configuration, settings)
  return resolved
}

/** `context.path` leads to `cluster.controller-manager.flags`. */
export function resolveControllerManager(
  flags: ControllerManagerFlags,
  version: KubernetesVersion,
  context: ConfigurationContext,
  findings: Findings,
): Resolved<ControllerManagerConfiguration> {
  const settings = new Settings(version, context, findings)
  checkControllerManager(flags, settings)
  return settings.resolved({
    nodeMonitorGracePeriodNs: settings.take(
      'node-monitor-grace-period',
      flags['node-monitor-grace-period'],
      'controllerManager',
      'nodeMonitorGracePeriodNs',
    ),
    nodeMonitorPeriodNs: settings.take(
      'node-monitor-period',
      flags['node-monitor-period'],
      'controllerManager',
      'nodeMonitorPeriodNs',
    ),
  })
}
