import { parseAddress } from '../../network/address-book.ts'
import { didYouMean } from '../problems/did-you-mean.ts'
import type { ApiserverFlags } from '../schema/cluster-flags.ts'
import { goQuoted, type Settings } from './configuration-settings.ts'

/**
 * What kube-apiserver refuses, in its words; sources in docs/models/kubernetes-versions.md. What it takes and this
 * model does not have is refused in ours.
 */
export function checkApiserver(flags: ApiserverFlags, settings: Settings): void {
  checkFlagsOfVersion(flags, settings)
  checkInsecurePort(flags, settings)
  checkPorts(flags, settings)
  checkAuthorizationModes(flags, settings)
  checkAdmissionPlugins(flags, settings)
  checkNumbers(flags, settings)
  checkWaysToNodes(flags, settings)
}

function checkFlagsOfVersion(flags: ApiserverFlags, settings: Settings): void {
  const { apiserver } = settings.defaults
  const absent: readonly (readonly [keyof ApiserverFlags, boolean, string])[] = [
    [
      'insecure-port',
      apiserver.insecurePortFlag === 'absent',
      'the insecure port is gone since 1.20, its flags since 1.24',
    ],
    [
      'insecure-bind-address',
      apiserver.insecurePortFlag === 'absent',
      'it went with 1.24; the insecure port with 1.20',
    ],
    [
      'enable-admission-plugins',
      apiserver.admissionFlag === 'admission-control',
      'before 1.10 it is admission-control',
    ],
    ['request-timeout', apiserver.requestTimeoutFlag === 'absent', 'it came with 1.7; in 1.6 it is 60s'],
    [
      'http2-max-streams-per-connection',
      apiserver.http2MaxStreamsFlag === 'absent',
      'it came with 1.9; before, it is 250',
    ],
    [
      'service-account-extend-token-expiration',
      apiserver.serviceAccountExtendTokenExpirationFlag === 'absent',
      'it came with 1.19',
    ],
    [
      'ssh-user',
      !apiserver.sshTunnels,
      'SSH tunnels went with 1.22; their successor is egress-selector-config-file: konnectivity',
    ],
    [
      'egress-selector-config-file',
      apiserver.egressSelector === 'absent',
      'it came with 1.16, in this model with 1.18',
    ],
  ]
  for (const [name, isAbsent, hint] of absent) {
    if (isAbsent && flags[name] !== undefined) settings.refuseFlag(name, hint)
  }
}

/** cmd/kube-apiserver/app/server.go (checkNonZeroInsecurePort); deprecated_insecure_serving.go; pflag for addresses. */
function checkInsecurePort(flags: ApiserverFlags, settings: Settings): void {
  const port = flags['insecure-port']
  const address = flags['insecure-bind-address']
  const { insecurePortFlag } = settings.defaults.apiserver
  if (insecurePortFlag === 'absent') return
  if (port !== undefined && port !== 0 && insecurePortFlag === 'inert') {
    const hint = 'since 1.20 the apiserver cannot serve without TLS'
    settings.refuse('insecure-port', 'out-of-range', `invalid port value ${port}: only zero is allowed`, { hint })
  } else if (port !== undefined && !isPort(port, 0)) {
    const message = `insecure port ${port} must be between 0 and 65535, inclusive. 0 for turning off insecure (HTTP) port`
    settings.refuse('insecure-port', 'out-of-range', message)
  }
  if (address !== undefined && Number.isNaN(parseAddress(address))) {
    const message = `invalid argument ${goQuoted(address)} for "--insecure-bind-address" flag: failed to parse IP: ${goQuoted(address)}`
    settings.refuse('insecure-bind-address', 'wrong-type', message)
  }
}

/** apiserver pkg/server/options/serving.go, SecureServingOptions.Validate. */
function checkPorts(flags: ApiserverFlags, settings: Settings): void {
  const { 'secure-port': secure, 'kubelet-read-only-port': readOnly, 'ssh-user': sshUser } = flags
  if (secure !== undefined && !isPort(secure, 1)) {
    const message = `--secure-port ${secure} must be between 1 and 65535, inclusive. It cannot be turned off with 0`
    settings.refuse('secure-port', 'out-of-range', message)
  }
  if (readOnly !== undefined && !isPort(readOnly, 0)) {
    settings.refuse('kubelet-read-only-port', 'out-of-range', `${readOnly} is not a port`)
  }
  // cmd/kube-apiserver/app/server.go, CreateNodeDialer: tunnels are checked by way of that port.
  if (sshUser && readOnly === 0 && settings.defaults.apiserver.sshTunnels) {
    const message = 'must enable kubelet readonly port if proxy ssh-tunneling is specified'
    settings.refuse('kubelet-read-only-port', 'contradiction', message)
  }
}

const MODELLED_MODES = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC']

/** pkg/kubeapiserver/options/authorization.go, Validate; of 1.6, pkg/kubeapiserver/authorizer/config.go. */
function checkAuthorizationModes(flags: ApiserverFlags, settings: Settings): void {
  const name = 'authorization-mode'
  const modes = flags[name]
  if (modes === undefined) return
  const known = settings.defaults.apiserver.authorizationModes
  if (modes.length === 0) settings.refuse(name, 'out-of-range', 'at least one authorization-mode must be passed')
  modes.forEach((mode, index) => {
    const at = `${name}.${index}`
    if (!known.includes(mode)) {
      const isOld = settings.version.minor < 7
      const message = isOld
        ? `unknown authorization mode ${mode} specified`
        : `authorization-mode ${goQuoted(mode)} is not a valid mode`
      const hint = isOld && mode === 'Node' ? 'the Node authorizer came with 1.7' : didYouMean(mode, known)
      settings.refuse(at, 'unknown-value', message, { hint })
    } else if (!MODELLED_MODES.includes(mode)) {
      const hint = `today: ${MODELLED_MODES.join(', ')}`
      settings.refuse(at, 'not-modelled-yet', `authorization-mode ${mode} is not modelled yet`, { hint })
    }
  })
  if (new Set(modes).size < modes.length) {
    const message = `authorization-mode ${goQuoted(modes)} has mode specified more than once`
    settings.refuse(name, 'contradiction', message)
  }
}

/** Of plugins that are modelled. */
const FIRST_RELEASES: Readonly<Record<string, string>> = { NodeRestriction: '1.7', DenyServiceExternalIPs: '1.21' }

/** Of all releases together; those that a release does not have yet are told apart only where they are modelled. */
const OTHER_ADMISSION_PLUGINS = [
  'AlwaysAdmit',
  'AlwaysDeny',
  'AlwaysPullImages',
  'CertificateApproval',
  'CertificateSigning',
  'CertificateSubjectRestriction',
  'DefaultIngressClass',
  'DefaultStorageClass',
  'DefaultTolerationSeconds',
  'DenyEscalatingExec',
  'EventRateLimit',
  'ExtendedResourceToleration',
  'ImagePolicyWebhook',
  'Initializers',
  'LimitPodHardAntiAffinityTopology',
  'LimitRanger',
  'MutatingAdmissionWebhook',
  'NamespaceAutoProvision',
  'NamespaceExists',
  'NamespaceLifecycle',
  'OwnerReferencesPermissionEnforcement',
  'PersistentVolumeClaimResize',
  'PersistentVolumeLabel',
  'PodNodeSelector',
  'PodPreset',
  'PodSecurity',
  'PodSecurityPolicy',
  'PodTolerationRestriction',
  'Priority',
  'ResourceQuota',
  'RuntimeClass',
  'SecurityContextDeny',
  'ServiceAccount',
  'StorageObjectInUseProtection',
  'TaintNodesByCondition',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
]

/** apiserver pkg/server/options/admission.go; pkg/kubeapiserver/options/admission.go; before 1.10 pkg/admission/plugins.go. */
function checkAdmissionPlugins(flags: ApiserverFlags, settings: Settings): void {
  const { admissionFlag, knownAdmissionPlugins } = settings.defaults.apiserver
  const isOld = admissionFlag === 'admission-control'
  if (!isOld && flags['admission-control'] !== undefined && flags['enable-admission-plugins'] !== undefined) {
    const message =
      'admission-control and enable-admission-plugins/disable-admission-plugins flags are mutually exclusive'
    settings.refuse('admission-control', 'contradiction', message, { at: 'key' })
  }
  for (const name of ['admission-control', 'enable-admission-plugins'] as const) {
    if (isOld && name === 'enable-admission-plugins') continue
    flags[name]?.forEach((plugin, index) => {
      if (knownAdmissionPlugins.includes(plugin)) return
      const at = `${name}.${index}`
      if (OTHER_ADMISSION_PLUGINS.includes(plugin)) {
        settings.refuse(at, 'not-modelled-yet', `the admission plugin ${plugin} is not modelled yet`)
        return
      }
      const message = isOld ? `Unknown admission plugin: ${plugin}` : `${name} plugin ${goQuoted(plugin)} is unknown`
      const hint =
        plugin in FIRST_RELEASES
          ? `it came with ${FIRST_RELEASES[plugin]}`
          : didYouMean(plugin, knownAdmissionPlugins, OTHER_ADMISSION_PLUGINS)
      settings.refuse(at, 'unknown-value', message, { hint })
    })
  }
}

/** apiserver pkg/server/options/server_run_options.go, Validate. */
function checkNumbers(flags: ApiserverFlags, settings: Settings): void {
  const names = [
    'max-requests-inflight',
    'max-mutating-requests-inflight',
    'request-timeout',
    'min-request-timeout',
  ] as const
  for (const name of names) {
    if ((flags[name] ?? 0) < 0) settings.refuse(name, 'out-of-range', `--${name} can not be negative value`)
  }
  const streams = flags['http2-max-streams-per-connection'] ?? 0
  if (streams < 0) {
    const hint = '0 stands for the default'
    settings.refuse('http2-max-streams-per-connection', 'out-of-range', 'it cannot be negative', { hint })
  }
}

function checkWaysToNodes(flags: ApiserverFlags, settings: Settings): void {
  const egress = flags['egress-selector-config-file']
  if (egress === 'konnectivity' && settings.defaults.apiserver.egressSelector === 'http-connect') {
    const message = `the Konnectivity of ${settings.version.text}, by HTTP CONNECT alone, is not modelled yet`
    settings.refuse('egress-selector-config-file', 'not-modelled-yet', message, { hint: 'from 1.18 on it is' })
  }
  if (egress === 'konnectivity' && flags['ssh-user'] && settings.defaults.apiserver.sshTunnels) {
    const message = 'nodes are reached through SSH tunnels or through Konnectivity, not through both'
    settings.refuse('egress-selector-config-file', 'contradiction', message, { hint: 'leave ssh-user out' })
  }
  const isValidated = flags['enable-kubelet-cert-cn-validation'] === true
  if (isValidated && flags['kubelet-certificate-authority'] === undefined) {
    const message = 'enable-kubelet-cert-cn-validation needs kubelet-certificate-authority (KEP-4872)'
    settings.refuse('enable-kubelet-cert-cn-validation', 'contradiction', message)
  }
}

export function isPort(value: number, least: number): boolean {
  return value >= least && value <= 65_535
}
