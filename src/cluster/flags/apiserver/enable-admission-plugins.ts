import { always, over, stepAt } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import { type Flag, type FlagContext, goQuoted, type Refusal, refuseUnless, stateAt } from '../flag.ts'
import type { KubeBenchTest } from '../kube-bench-test.ts'
import { mustContain } from '../kubescape-control.ts'
import { listOf, splitNames } from '../list-kind.ts'

const PLUGINS = '--enable-admission-plugins'

function has(plugin: string): KubeBenchTest {
  return { items: [{ flag: PLUGINS, compare: { op: 'has', value: plugin } }] }
}

/** The plugin of OpenShift that refuses external addresses of services outside of its ranges. */
export const EXTERNAL_IP_RANGER = 'network.openshift.io/ExternalIPRanger'

const MODELLED = ['NodeRestriction', EXTERNAL_IP_RANGER, 'DenyServiceExternalIPs'] as const

/** The weaknesses of a cluster without each plugin. */
const WITHOUT: ReadonlyMap<string, string> = new Map([
  ['NodeRestriction', 'no admission plugin (NodeRestriction) stops a node from changing the status of another'],
  ['DenyServiceExternalIPs', 'no admission plugin (DenyServiceExternalIPs) refuses services with external addresses'],
])

const KNOWN = over<readonly string[]>(
  [6, [], 'k/k#46879'],
  [7, ['NodeRestriction'], 'k/k#46879; kubernetes/website#4077'],
  [10, ['NodeRestriction', EXTERNAL_IP_RANGER], 'openshift/origin release-3.10 pkg/network/admission'],
  [21, ['NodeRestriction', EXTERNAL_IP_RANGER, 'DenyServiceExternalIPs'], 'KEP-2200'],
)

/** Plugins of any release that are not modelled. The releases of each are not distinguished. */
const OTHERS = splitNames(
  'AlwaysAdmit AlwaysDeny AlwaysPullImages CertificateApproval CertificateSigning CertificateSubjectRestriction',
  'DefaultIngressClass DefaultStorageClass DefaultTolerationSeconds DenyEscalatingExec EventRateLimit',
  'ExtendedResourceToleration ImagePolicyWebhook Initializers LimitPodHardAntiAffinityTopology LimitRanger',
  'MutatingAdmissionWebhook NamespaceAutoProvision NamespaceExists NamespaceLifecycle',
  'OwnerReferencesPermissionEnforcement PersistentVolumeClaimResize PersistentVolumeLabel PodNodeSelector PodPreset',
  'PodSecurity PodSecurityPolicy PodTolerationRestriction Priority ResourceQuota RuntimeClass SecurityContextDeny',
  'ServiceAccount StorageObjectInUseProtection TaintNodesByCondition ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
)

/** Plugins that are on by default have no effect on traffic and are not modelled. */
export const enableAdmissionPlugins: Flag<readonly string[]> = {
  name: 'enable-admission-plugins',
  kind: listOf(MODELLED, KNOWN),
  meaning: 'Admission plugins besides the default ones.',
  cis: [
    cisCheck({ 15: '1.2.17', 19: '1.2.16', 24: '1.2.15', 27: '1.2.14' }, has('NodeRestriction'), {
      about: 'NodeRestriction',
    }),
    // Up to 1.24 the check is inverted: it asks for a plugin list without this plugin.
    cisCheck(
      { 22: '1.2.3', 25: null },
      {
        isOneEnough: true,
        items: [
          { flag: PLUGINS, compare: { op: 'nothave', value: 'DenyServiceExternalIPs' } },
          { flag: PLUGINS, isUnset: true },
        ],
      },
      { about: 'DenyServiceExternalIPs' },
    ),
    cisCheck({ 25: '1.2.3' }, has('DenyServiceExternalIPs'), {
      about: 'DenyServiceExternalIPs',
      manual: { 25: true },
    }),
  ],
  kubescape: [
    mustContain('C-0127', PLUGINS, 'NodeRestriction'),
    mustContain('C-0283', PLUGINS, 'DenyServiceExternalIPs'),
  ],
  weakness: (plugins, about) => (about === undefined || plugins.includes(about) ? null : (WITHOUT.get(about) ?? null)),
  default: always([], 'kubernetes/kubeadm#2075: NodeRestriction is not on by itself'),
  breaks:
    'what a plugin refuses from now on: NodeRestriction changes by kubelets to other nodes and to labels of node-restriction.kubernetes.io, DenyServiceExternalIPs new external IPs of services (existing ones stay)',
  releases: over(
    [6, 'absent', 'AS release-1.6, 1.9 pkg/server/options'],
    [10, 'present', 'AS release-1.10 pkg/server/options/admission.go'],
  ),
  absence: 'before 1.10 it is admission-control',
  also: { name: 'admission-control' },
  /** apiserver pkg/server/options/admission.go; pkg/kubeapiserver/options/admission.go. */
  refusals: (plugins, context) => [
    ...refuseUnless(!isWrittenTwice(context), {
      code: 'contradiction',
      message: 'admission-control and enable-admission-plugins/disable-admission-plugins flags are mutually exclusive',
      at: 'key',
    }),
    ...plugins.flatMap((plugin, item) => refusalsOfPlugin(plugin, context).map((refusal) => ({ ...refusal, item }))),
  ],
}

function isWrittenTwice({ version, namesWritten }: FlagContext): boolean {
  return namesWritten(enableAdmissionPlugins).length > 1 && stateAt(enableAdmissionPlugins, version) === 'present'
}

function refusalsOfPlugin(plugin: string, { version, namesWritten }: FlagContext): readonly Refusal[] {
  const known = stepAt(KNOWN, version.minor).value
  if (known.includes(plugin)) return []
  if (OTHERS.includes(plugin))
    return [{ code: 'not-modelled-yet', message: `the admission plugin ${plugin} is not modelled yet` }]
  // The message before 1.10 is in apiserver pkg/admission/plugins.go.
  const message =
    stateAt(enableAdmissionPlugins, version) === 'absent'
      ? `Unknown admission plugin: ${plugin}`
      : `${namesWritten(enableAdmissionPlugins)[0]} plugin ${goQuoted(plugin)} is unknown`
  const first = KNOWN.find(({ value }) => value.includes(plugin))
  const hint = first === undefined ? undefined : `it came with 1.${first.from}`
  return [{ code: 'unknown-value', message, hint, near: { written: plugin, known, planned: OTHERS } }]
}
