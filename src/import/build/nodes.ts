import { flagsOf } from '../../cluster/flags/flag.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import { parseAddress } from '../../network/address-book.ts'
import { MASTER } from '../../scenario/cluster/cluster-members.ts'
import type { NodeEvidence } from '../evidence.ts'
import { assumed, type Sourced, written } from '../origin.ts'
import { lastFlag } from '../programs/flag-syntax.ts'
import type { ApiserverSetUp } from './apiserver-set-up.ts'
import { type BuildContext, CONTROL_PLANES } from './context.ts'
import { valueInForce } from './kubelet.ts'
import type { KubeletSetUp } from './kubelet-set-ups.ts'
import { uniqueName } from './names.ts'
import { minorIn } from './version.ts'

/** A node of the scenario. */
export interface NodePlan {
  /** Its name in the scenario. */
  readonly name: string
  /** Its name in the cluster. */
  readonly realName: string
  readonly origin: Sourced<string>['origin']
  readonly evidence: NodeEvidence | null
  readonly setUp: KubeletSetUp | null
  /** The minor release of its kubelet if it differs from the apiserver's; otherwise null. */
  readonly minor: Sourced<number> | null
}

export interface NodesPlan {
  readonly nodes: readonly NodePlan[]
  /** The node of the apiserver, which is the host `master`; null if it is not a node. */
  readonly master: NodeEvidence | null
}

const ASSUMED_NODES = 3

/**
 * Returns the nodes: those that kubectl lists, otherwise the machines with a kubelet and no apiserver, otherwise three.
 */
export function planNodes(
  setUps: readonly KubeletSetUp[],
  apiserver: ApiserverSetUp,
  context: BuildContext,
): NodesPlan {
  const { evidence } = context
  const { taken } = context
  const machine = apiserver.run === null ? null : (apiserver.run.machine ?? context.machineOf(apiserver.run.at))
  const listed = [...evidence.nodes].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const unique = listed.filter(({ name }, i) => listed.findIndex((one) => one.name === name) === i)
  const controls = unique.filter(({ isControlPlane }) => isControlPlane)
  const master = controls.find(({ name }) => name === machine) ?? controls[0] ?? null
  const others = unique.filter((node) => node !== master)
  if (controls.length > 1)
    context.note({
      kind: 'unmodelled',
      at: controls[1].at,
      message: `${controls.length} nodes of the control plane; the scenario has one apiserver, on ${master!.name}`,
      consequence: 'the others are nodes with kubelets, which the apiserver reaches as it reaches workers',
    })
  const known = { setUps, examples: examplesOf(unique, setUps) }
  if (others.length > 0) noteAssumed(others, known, context)
  if (others.length > 0) {
    const nodes = others.map((node) => ofEvidence(node, setUpFor(node, known), taken, context))
    return { master, nodes: [...nodes, ...standInOf(master?.name ?? machine, nodes, setUps, context)] }
  }
  if (master !== null) return { master, nodes: [onlyNode(master, known, taken, context)] }
  const workers = setUps.filter((one) => !['', CONTROL_PLANES, machine].includes(one.machine))
  if (workers.length > 0) {
    const nodes = workers.map((one) => ofMachine(one, taken))
    return { master, nodes: [...nodes, ...standInOf(machine, nodes, setUps, context)] }
  }
  context.note({
    kind: 'unknown',
    at: null,
    cause: 'nodes',
    message: `the nodes; ${ASSUMED_NODES} are taken`,
    consequence: 'add `kubectl get nodes -o yaml`: names, addresses, zones and versions come from it',
  })
  const ofWorkers = setUps.filter((one) => one.machine !== CONTROL_PLANES)
  const setUp = ofWorkers.find((one) => one.machine !== machine) ?? ofWorkers[0] ?? null
  return {
    master,
    nodes: Array.from({ length: ASSUMED_NODES }, (_, i) => ({
      name: uniqueName(`node-${i + 1}`, taken),
      realName: `node-${i + 1}`,
      origin: assumed('', 'no Nodes were given').origin,
      evidence: null,
      setUp,
      minor: null,
    })),
  }
}

/**
 * Returns a node that represents the kubelet on the apiserver's machine, which has no kubelet in a scenario. It is
 * added only if this kubelet has a weakness that no other has, or if an earlier import had it, so that both imports
 * have the same nodes.
 */
function standInOf(
  machine: string | null,
  nodes: readonly NodePlan[],
  setUps: readonly KubeletSetUp[],
  context: BuildContext,
): readonly NodePlan[] {
  const own = setUps.find((one) => machine !== null && isOf(one, machine))
  const setUp = own ?? setUps.find((one) => one.machine === CONTROL_PLANES)
  if (setUp === undefined) return []
  const name = machine === null || machine === '' ? 'control-plane' : machine
  const known = new Set(nodes.flatMap((node) => (node.setUp === null ? [] : weaknessesOf(node.setUp, context))))
  const weaknesses = weaknessesOf(setUp, context).filter((one) => !known.has(one))
  const isKept = [...(context.options.pools?.values() ?? [])].some((names) => names.includes(name))
  if (weaknesses.length === 0 && !isKept) return []
  context.note({
    kind: 'unmodelled',
    at: setUp.at,
    message: `the kubelet of ${name}, on the machine of the apiserver${weaknesses.length === 0 ? '' : `: ${weaknesses.join('; ')}`}; a node stands for it`,
    consequence:
      'in the scenario the apiserver reaches it over links; in the real cluster only apiservers on other machines do',
  })
  const { origin } = ofMachine(setUp, new Set())
  return [{ name: uniqueName(name, context.taken), realName: name, origin, evidence: null, setUp, minor: null }]
}

/** Returns the ways in which a kubelet's ports are open to clients other than the apiserver. */
function weaknessesOf(setUp: KubeletSetUp, context: BuildContext): readonly string[] {
  return flagsOf(KUBELET_FIELDS).flatMap(([, flag]) => {
    const weakness = flag.weakness?.(valueInForce(setUp, flag, context)) ?? null
    return weakness === null ? [] : [weakness]
  })
}

/** The known set-ups, and examples that represent other nodes. */
interface KnownSetUps {
  readonly setUps: readonly KubeletSetUp[]
  readonly examples: KubeletExamples
}

/** The first known set-up of a control-plane node and of a worker. */
interface KubeletExamples {
  readonly controlPlane: KubeletSetUp | undefined
  readonly worker: KubeletSetUp | undefined
}

function examplesOf(nodes: readonly NodeEvidence[], setUps: readonly KubeletSetUp[]): KubeletExamples {
  const of = (isControlPlane: boolean) => {
    const alike = nodes.filter((node) => node.isControlPlane === isControlPlane)
    return setUps.find((one) => alike.some(({ name }) => isOf(one, name)))
  }
  return { controlPlane: of(true), worker: of(false) }
}

/**
 * Returns the set-up of a node: that of its own machine; otherwise of all control planes; otherwise the common one;
 * otherwise of a node with the same role; otherwise any.
 */
function setUpFor(
  { name, isControlPlane }: Pick<NodeEvidence, 'name' | 'isControlPlane'>,
  { setUps, examples }: KnownSetUps,
): KubeletSetUp | null {
  const ofControlPlanes = isControlPlane ? setUps.find(({ machine }) => machine === CONTROL_PLANES) : undefined
  const others = setUps.filter(({ machine }) => machine !== CONTROL_PLANES)
  return (
    setUps.find((one) => isOf(one, name)) ??
    ofControlPlanes ??
    others.find(({ machine }) => machine === '') ??
    (isControlPlane ? examples.controlPlane : examples.worker) ??
    others[0] ??
    null
  )
}

export function isOf({ machine, flags }: KubeletSetUp, name: string): boolean {
  const isHost = machine !== '' && name.startsWith(`${machine}.`)
  return machine === name || isHost || lastFlag(flags, 'hostname-override')?.value === name
}

/** Reports the nodes whose kubelets are unknown. */
function noteAssumed(nodes: readonly NodeEvidence[], known: KnownSetUps, context: BuildContext): void {
  const isKnown = ({ name, isControlPlane }: NodeEvidence) =>
    known.setUps.some((one) => isOf(one, name) || (isControlPlane && one.machine === CONTROL_PLANES))
  const without = new Map<KubeletSetUp, NodeEvidence[]>()
  for (const node of nodes.filter((one) => !isKnown(one))) {
    const setUp = setUpFor(node, known)
    if (setUp === null) continue
    const own = without.get(setUp) ?? []
    own.push(node)
    without.set(setUp, own)
  }
  for (const [setUp, own] of without) noteTaken(setUp, own, context)
}

function noteTaken(
  { machine: taken, files }: KubeletSetUp,
  without: readonly NodeEvidence[],
  context: BuildContext,
): void {
  const isForAll = taken === '' || (files.length > 0 && files.every(({ from }) => from === 'cluster'))
  if (isForAll) return
  const names = without.slice(0, 3).map(({ name }) => name)
  const more = without.length > names.length ? ` and ${without.length - names.length} more` : ''
  context.note({
    kind: 'unknown',
    at: without[0].at,
    cause: 'node-without-files',
    message: `the kubelets of ${names.join(', ')}${more}; they are taken to be as that of ${taken}`,
    consequence: 'one kubelet that is configured otherwise is enough for an attacker: add its files',
  })
}

function ofEvidence(
  node: NodeEvidence,
  setUp: KubeletSetUp | null,
  taken: Set<string>,
  { version }: BuildContext,
): NodePlan {
  const minor = node.kubeletVersion === null ? null : minorIn(node.kubeletVersion.value)
  const differs = minor !== null && minor !== version.minor
  return {
    name: uniqueName(node.name, taken),
    realName: node.name,
    origin: written('', node.at).origin,
    evidence: node,
    setUp,
    minor: differs ? { value: minor, origin: node.kubeletVersion!.origin } : null,
  }
}

function onlyNode(master: NodeEvidence, known: KnownSetUps, taken: Set<string>, context: BuildContext): NodePlan {
  context.note({
    kind: 'unknown',
    at: master.at,
    message: 'there is one node, which has the control plane too; one more is taken',
    consequence:
      'between an apiserver and the kubelet of its own machine nobody stands; the verdicts are about a node that joins',
  })
  const { name, origin, setUp, minor } = ofEvidence(
    { ...master, name: `${master.name}-peer` },
    setUpFor(master, known),
    taken,
    context,
  )
  return { name, realName: name, origin, setUp, minor, evidence: null }
}

function ofMachine(setUp: KubeletSetUp, taken: Set<string>): NodePlan {
  const origin = setUp.at === null ? assumed('', 'a machine with a kubelet').origin : written('', setUp.at).origin
  return { name: uniqueName(setUp.machine, taken), realName: setUp.machine, origin, evidence: null, setUp, minor: null }
}

/** Writes the hosts of the nodes and of the master, with addresses and zones. */
export function writeHosts({ nodes, master }: NodesPlan, apiserver: ApiserverSetUp, context: BuildContext): void {
  for (const { name, realName } of nodes) context.names.set(name, { kind: 'Node', name: realName })
  const taken = new Set<string>([KUBERNETES_SERVICE])
  const advertised = apiserver.flag('advertise-address')
  const own = master === null ? [] : addressesOf(master, taken)
  if (own.length > 0)
    context.stanza.set(
      ['hosts', MASTER, 'addresses'],
      written(
        own.map((one) => one.value),
        addressPlace(master!),
      ),
    )
  else if (advertised?.value && isAddress(advertised.value)) {
    taken.add(advertised.value)
    context.stanza.set(['hosts', MASTER, 'addresses'], written([advertised.value], advertised.at))
  }
  if (master?.zone)
    context.stanza.set(['hosts', MASTER, 'zone'], { ...master.zone, value: zoneName(master.zone.value) })
  let unaddressed = 0
  for (const { name, evidence } of nodes) {
    if (evidence === null) continue
    const addresses = addressesOf(evidence, taken)
    if (addresses.length === 0) unaddressed++
    else
      context.stanza.set(
        ['hosts', name, 'addresses'],
        written(
          addresses.map((one) => one.value),
          addressPlace(evidence),
        ),
      )
    if (evidence.zone !== null)
      context.stanza.set(['hosts', name, 'zone'], { ...evidence.zone, value: zoneName(evidence.zone.value) })
  }
  if (unaddressed > 0)
    context.note({
      kind: 'unmodelled',
      at: null,
      message: `${unaddressed} ${unaddressed === 1 ? 'node' : 'nodes'} without an IPv4 address of their own`,
      consequence: 'they get addresses that derive from their names; no verdict depends on it',
    })
  noteIpv6(nodes.flatMap(({ evidence }) => evidence ?? []).concat(master ?? []), apiserver, context)
}

/** Reports IPv6 addresses, and which of two address families the apiserver dials. */
function noteIpv6(nodes: readonly NodeEvidence[], apiserver: ApiserverSetUp, context: BuildContext): void {
  const isIpv6 = ({ address }: { readonly address: string }) => address.includes(':')
  const internal = nodes.flatMap(({ addresses }) => addresses.filter(({ type }) => type === 'InternalIP'))
  const six = internal.filter(isIpv6)
  const advertised = apiserver.flag('advertise-address')
  const at = six[0]?.at ?? (advertised?.value?.includes(':') === true ? advertised.at : undefined)
  if (at === undefined) return
  const isDual = internal.some((one) => !isIpv6(one))
  const first = nodes.flatMap(({ addresses }) => addresses.find(({ type }) => type === 'InternalIP') ?? [])
  const isSixDialled = isDual && first.some(isIpv6)
  context.note({
    kind: 'unmodelled',
    at,
    message: isDual
      ? `nodes have addresses of IPv4 and IPv6${isSixDialled ? ', and the apiserver dials the first one, which is IPv6' : ''}: IPv6 is read and not modelled`
      : 'nodes have addresses of IPv6 alone: read, and not modelled',
    consequence:
      'the scenario is of IPv4: packets are 20 bytes shorter, and ARP stands for Neighbor Discovery, which is forged in the same way; who verifies whom is the same',
  })
}

/** The address of the service `kubernetes` in the model. */
const KUBERNETES_SERVICE = '10.96.0.1'

/** Returns the internal address of a node, then its external one, in the form of a scenario. */
function addressesOf({ addresses }: NodeEvidence, taken: Set<string>): readonly { readonly value: string }[] {
  const first = (type: string) => addresses.find((one) => one.type === type && isAddress(one.address))?.address
  const internal = first('InternalIP')
  if (internal === undefined || taken.has(internal)) return []
  taken.add(internal)
  const external = first('ExternalIP')
  if (external === undefined || taken.has(external)) return [{ value: internal }]
  taken.add(external)
  return [{ value: internal }, { value: external }]
}

function addressPlace({ addresses, at }: NodeEvidence) {
  return addresses.find(({ type }) => type === 'InternalIP')?.at ?? at
}

function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) && !Number.isNaN(parseAddress(text))
}

function zoneName(zone: string): string {
  return zone.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 100)
}
