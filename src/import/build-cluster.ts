import { buildAccess } from './build/access.ts'
import { arePodsTunnelled, isAgentTunnelled } from './build/agent-tunnel.ts'
import { buildApiserver } from './build/apiserver.ts'
import { buildServingCertificates } from './build/certificates.ts'
import { BuildContext, type ImportOptions } from './build/context.ts'
import { buildControllerManager } from './build/controller-manager.ts'
import { distributionOf } from './build/distribution.ts'
import { addK0sRuns } from './build/k0s.ts'
import { buildKonnectivity } from './build/konnectivity-stanza.ts'
import { addKopsRuns } from './build/kops.ts'
import { type KubeletSetUp, kubeletSetUps } from './build/kubelet-set-ups.ts'
import { addMachineConfigs } from './build/machine-configs.ts'
import { buildNetwork } from './build/network.ts'
import { type NodesPlan, planNodes, writeHosts } from './build/nodes.ts'
import { addOpenshiftRuns } from './build/openshift.ts'
import { notePodRanges } from './build/pod-ranges.ts'
import { buildPools, type Pool } from './build/pools.ts'
import { addRancherRuns } from './build/rancher.ts'
import { verifyingCa } from './build/serving.ts'
import { leaveOutCopies } from './build/static-pods.ts'
import { type AgentTunnels, buildTraffic } from './build/traffic.ts'
import { addUnitRuns } from './build/unit-runs.ts'
import { writeUnknown } from './build/unknown.ts'
import { verifyFiles } from './build/verify-files.ts'
import { versionOf } from './build/version.ts'
import { noteVersionSkew } from './build/version-skew.ts'
import type { Evidence } from './evidence.ts'
import { assumed, type Sourced, written } from './origin.ts'
import { BASE, PROFILES } from './profiles.ts'
import { EGRESS_MODE } from './readers/k3s.ts'

/** Builds the scenario of a cluster from the evidence. Each value has its source. */
export function buildCluster(
  evidence: Evidence,
  options: ImportOptions,
): { readonly context: BuildContext; readonly setUps: readonly KubeletSetUp[]; readonly pools: readonly Pool[] } {
  if (evidence.nodes.length === 0) evidence.nodes.push(...evidence.plannedNodes)
  const version = versionOf(evidence, options)
  const distribution = distributionOf(evidence, options)
  const profile = PROFILES[distribution?.value ?? BASE]
  const context = new BuildContext(evidence, options, version.value, distribution, profile)
  const { stanza } = context
  addUnitRuns(context)
  leaveOutCopies(context)
  addRancherRuns(context)
  addKopsRuns(context)
  addK0sRuns(context)
  addOpenshiftRuns(context)
  addMachineConfigs(context)
  stanza.set(['version'], assumed(1, 'the version of the format'))
  stanza.set(['kubernetes'], { value: version.value.text, origin: version.origin })
  const apiserver = buildApiserver(context)
  const setUps = kubeletSetUps(context)
  const plan = planNodes(setUps, apiserver, context)
  const pools = buildPools(plan.nodes, apiserver, context)
  const ca = verifyingCa(
    apiserver,
    pools.map(({ serving }) => serving),
    context,
  )
  stanza.set(['cluster', 'apiserver', 'flags', 'kubelet-certificate-authority'], ca)
  stanza.part('cluster').part('apiserver').part('flags').sortByKey()
  stanza.set(['cluster', 'control-plane'], controlPlane(plan, setUps.length, context))
  writeHosts({ ...plan, nodes: pools.flatMap(({ nodes }) => nodes) }, apiserver, context)
  buildServingCertificates(
    pools.flatMap(({ nodes }) => nodes),
    apiserver,
    context,
  )
  verifyFiles(setUps, apiserver, context)
  buildControllerManager(context)
  buildKonnectivity(context)
  buildAccess(context)
  buildNetwork(context)
  noteVersionSkew(context)
  notePodRanges(context)
  noteObjects(context)
  const toKubelets = isAgentTunnelled(apiserver, context)
  const tunnels = { toKubelets, toPods: toKubelets && arePodsTunnelled(context) }
  if (toKubelets) noteTunnel(tunnels, context)
  buildTraffic(pools, tunnels, context)
  writeUnknown(context)
  return { context, setUps, pools }
}

/** Returns whether the control plane has a kubelet and a kube-proxy of its own. */
function controlPlane(
  { master }: NodesPlan,
  setUps: number,
  { profile, evidence }: BuildContext,
): Sourced<'node' | 'hosted'> {
  if (master !== null) return written('node', master.at)
  if (evidence.nodes.length > 0 && evidence.nodes.every(({ isControlPlane }) => !isControlPlane) && setUps > 0)
    return written('hosted', evidence.nodes[0].at, 'no node has the role of a control plane')
  return assumed(profile.controlPlane, `as ${profile.title}`)
}

/** Reports the objects of the cluster that were read. */
function noteObjects({ evidence }: BuildContext): void {
  const lists = [
    ['Node', evidence.nodes],
    ['Role', evidence.roles],
    ['binding', evidence.bindings],
    ['certificate', evidence.certificates],
  ] as const
  for (const [what, list] of lists) {
    const [first] = list
    if (first === undefined) continue
    evidence.note({ kind: 'used', at: first.at, message: `${list.length} ${what}${list.length === 1 ? '' : 's'}` })
  }
}

function noteTunnel({ toPods }: AgentTunnels, context: BuildContext): void {
  const { title } = context.profile
  const mode = context.evidence.agentModes.at(-1)
  const disabled = context.evidence.agentModes.find(({ value }) => value === 'disabled')
  if (disabled?.origin.kind === 'written')
    context.note({
      kind: 'contradiction',
      at: disabled.origin.at,
      message: `${EGRESS_MODE} is disabled, and the apiserver runs with --egress-selector-config-file`,
      consequence: 'it was started before, or with other settings: the tunnels are taken to be there',
    })
  context.note({
    kind: 'unmodelled',
    at: mode?.origin.kind === 'written' ? mode.origin.at : null,
    cause: 'remotedialer',
    message: `${title}: the apiserver reaches kubelets${toPods ? ' and pods' : ''} through the tunnels of its agents (remotedialer): not modelled, no verdict`,
    consequence: `there is no verdict on logs, exec, attach, port-forward and requests to nodes${toPods ? ', pods and services' : ''}; with egress-selector-mode: disabled logs and exec would be path E`,
  })
}
