import { kubernetesVersion, NEWEST_MINOR, OLDEST_MINOR } from '../../cluster/versions/kubernetes-version.ts'
import { originText, type Sourced } from '../origin.ts'
import type { ApiserverSetUp } from './apiserver-set-up.ts'
import { checkClientCa } from './client-certificate.ts'
import type { BuildContext } from './context.ts'
import { kubeletStanza } from './kubelet.ts'
import type { KubeletSetUp } from './kubelet-set-ups.ts'
import { uniqueName } from './names.ts'
import type { NodePlan } from './nodes.ts'
import { type Serving, servingOf } from './serving.ts'
import { SourcedList, Stanza } from './stanza.ts'

/** Nodes whose kubelets have equal version and configuration. */
export interface Pool {
  readonly name: string
  /** Its nodes in the scenario. */
  readonly nodes: readonly NodePlan[]
  /** Its nodes in the cluster. */
  readonly all: readonly NodePlan[]
  readonly serving: Sourced<Serving>
}

interface Kubelet {
  readonly stanza: Stanza
  readonly serving: Sourced<Serving>
  /** A key that equal configurations share. */
  readonly key: string
}

/** The first release in which an unknown kubelet has a configuration file. */
const FIRST_FILE_MINOR = 11

/** Groups the nodes by version and configuration of their kubelets, and writes the pools. */
export function buildPools(
  nodes: readonly NodePlan[],
  apiserver: ApiserverSetUp,
  context: BuildContext,
): readonly Pool[] {
  const kubelets = new Map<KubeletSetUp, Kubelet>()
  const hasFile = context.version.minor >= FIRST_FILE_MINOR
  const unknown: KubeletSetUp = {
    machine: '',
    flags: [],
    words: [],
    found: null,
    files: [],
    hasFile,
    hasLegacyDefaults: !hasFile,
    isWhole: false,
    at: null,
    record: null,
  }
  const kubeletOf = ({ setUp }: NodePlan): Kubelet => {
    const own = setUp ?? unknown
    const known = kubelets.get(own) ?? readKubelet(own, apiserver, context)
    kubelets.set(own, known)
    return known
  }
  const groups = new Map<string, NodePlan[]>()
  const before = new Map([...(context.options.pools ?? [])].flatMap(([name, own]) => own.map((node) => [node, name])))
  for (const node of nodes) {
    const key = JSON.stringify([before.get(node.realName), node.minor?.value, kubeletOf(node).key])
    groups.set(key, [...(groups.get(key) ?? []), node])
  }
  const pools = [...groups.values()]
  const main = kubeletOf(pools.toSorted((a, b) => b.length - a.length)[0][0])
  copy(main.stanza, ['cluster', 'kubelet'], context.stanza)
  context.stanza.set(['cluster', 'kubelet', 'server-certificate'], main.serving)
  if (kubelets.has(unknown)) noteUnknown(context)
  const limit = context.options.allNodes === true ? nodes.length : (context.options.nodesOfKind ?? MAX_OF_KIND)
  noteLeftOut(pools, limit, context)
  const taken = new Set<string>()
  return pools.map((all, i) => {
    const members = representatives(all, limit)
    const known = before.get(members[0].realName)
    const name = uniqueName(known ?? (pools.length === 1 ? 'workers' : `workers-${i + 1}`), taken)
    const kubelet = kubeletOf(members[0])
    writePool(name, members, kubelet.key === main.key ? null : kubelet, context)
    return { name, nodes: members, all, serving: kubelet.serving }
  })
}

/** The most nodes with equal version and configuration. No verdict depends on their number. */
const MAX_OF_KIND = 6

/** Returns up to `limit` nodes: the first of each zone, then others by name. */
function representatives(nodes: readonly NodePlan[], limit: number): readonly NodePlan[] {
  if (nodes.length <= limit) return nodes
  const zoneOf = ({ evidence }: NodePlan) => evidence?.zone?.value ?? ''
  const first = nodes.filter((node, i) => nodes.findIndex((one) => zoneOf(one) === zoneOf(node)) === i)
  const others = nodes.filter((node) => !first.includes(node))
  const chosen = new Set([...first, ...others].slice(0, limit))
  return nodes.filter((node) => chosen.has(node))
}

function noteLeftOut(pools: readonly (readonly NodePlan[])[], limit: number, context: BuildContext): void {
  const count = pools.flat().length
  const left = pools.reduce((sum, pool) => sum + Math.max(0, pool.length - limit), 0)
  if (left === 0) return
  context.note({
    kind: 'used',
    at: null,
    message: `${count} nodes of ${pools.length} ${pools.length === 1 ? 'kind' : 'kinds'} (version and configuration of the kubelet); ${limit} of each are in the scenario`,
    consequence: 'no verdict depends on their number; --all-nodes keeps all',
  })
}

function readKubelet(setUp: KubeletSetUp, apiserver: ApiserverSetUp, context: BuildContext): Kubelet {
  const stanza = kubeletStanza(setUp, context)
  checkClientCa(setUp, apiserver, stanza, context)
  const serving = servingOf(setUp, apiserver, context)
  return { stanza, serving, key: JSON.stringify([valuesOf(stanza), serving.value]) }
}

function noteUnknown(context: BuildContext): void {
  context.note({
    kind: 'unknown',
    at: null,
    cause: 'kubelets',
    message: `the configuration of kubelets; that of ${context.profile.title} is taken`,
    consequence: 'add /var/lib/kubelet/config.yaml and the command line of a node: who may use a kubelet depends on it',
  })
}

function writePool(name: string, members: readonly NodePlan[], own: Kubelet | null, { stanza }: BuildContext): void {
  const path = ['cluster', 'nodes', name]
  stanza.set([...path, 'names'], { value: members.map((node) => node.name), origin: members[0].origin })
  const { minor } = members[0]
  if (minor !== null) {
    const { text } = kubernetesVersion(Math.max(OLDEST_MINOR, Math.min(NEWEST_MINOR, minor.value)))
    stanza.set([...path, 'kubernetes'], { value: text, origin: minor.origin })
  }
  if (own === null) return
  copy(own.stanza, [...path, 'kubelet'], stanza)
  stanza.set([...path, 'kubelet', 'server-certificate'], own.serving)
}

function copy(from: Stanza, path: readonly string[], to: Stanza): void {
  for (const [key, value] of from.entries) {
    if (value instanceof Stanza) copy(value, [...path, key], to)
    else to.set([...path, key], value)
  }
}

/** Returns the values without their lines. An assumed value differs from an equal value that was read. */
function valuesOf(stanza: Stanza): unknown {
  return [...stanza.entries].map(([key, value]) => [
    key,
    value instanceof Stanza
      ? valuesOf(value)
      : value instanceof SourcedList
        ? value.items.map((item) => item.value)
        : [value.value, value.origin.kind === 'written' ? '' : originText(value.origin)],
  ])
}
