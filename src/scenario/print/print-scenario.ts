import { mapEntries } from '../../engine/registry.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import type { HostKey } from '../host-keys/host-key.ts'
import { HOST_KEYS } from '../host-keys.ts'
import type { LoadedScenario } from '../load.ts'
import { buildTree, type TreeInput } from '../tree/build-tree.ts'
import type { Origin } from '../tree/origin.ts'
import { type MapEntry, type MapTree, mergeTrees, type Tree } from '../tree/tree.ts'
import { withNamesForRoles } from './print-attackers.ts'
import { clusterDefaults } from './print-cluster.ts'
import { mediaDefaults } from './print-media.ts'
import { pathDefaults } from './print-paths.ts'

/** The sections of a scenario, in the order in which they are printed. */
const SECTIONS = [
  'version',
  'name',
  'seed',
  'duration',
  'kubernetes',
  'cluster',
  'hosts',
  'links',
  'segments',
  'routes',
  'firewall',
  'middleboxes',
  'identities',
  'paths',
  'workloads',
  'events',
  'attackers',
  'expect',
  'accept',
  'unknown',
  'sweep',
]

/**
 * Returns a scenario with its cluster and its defaults written out, each value with its origin. It loads as the same
 * scenario.
 */
export function withDefaults({ printable, scenario }: LoadedScenario): MapTree {
  const { blueprint } = scenario
  const origin: Origin = (text) => ({ ...printable.position, origin: text })
  const defaults: Tree[] = [
    buildTree({ name: blueprint.name, seed: blueprint.seed }, origin('default')),
    buildTree({ hosts: hostDefaults(blueprint), workloads: workloadDefaults(blueprint) }, origin('default')),
    mediaDefaults(printable, origin),
    pathDefaults(blueprint, origin),
    clusterDefaults(printable, blueprint, origin),
  ]
  const whole = inOrder(withoutExtra(defaults.reduce(mergeTrees), printable) as MapTree)
  return withNamesForRoles(whole, blueprint.attackers)
}

/** Adds defaults to the entries of a scenario. Defaults for entries that it does not have are left out. */
function withoutExtra(defaults: Tree, printable: Tree): Tree {
  if (defaults.kind !== 'map' || printable.kind !== 'map') return printable
  const kept = new Map<string, MapEntry>()
  for (const [section, entry] of defaults.entries) {
    const own = printable.entries.get(section)
    if (own === undefined && NAMED_SECTIONS.includes(section)) continue
    if (own?.tree.kind !== 'map' || entry.tree.kind !== 'map' || !NAMED_SECTIONS.includes(section))
      kept.set(section, entry)
    else {
      const { entries } = own.tree
      const known = [...entry.tree.entries].filter(([name]) => entries.get(name)?.tree.kind === 'map')
      kept.set(section, { ...entry, tree: { ...entry.tree, entries: new Map(known) } })
    }
  }
  return underlay(printable, { ...defaults, entries: kept })
}

/** Returns the entries of `own`, followed by the entries of `defaults` that `own` lacks. */
function underlay(own: Tree, defaults: Tree): Tree {
  if (own.kind !== 'map' || defaults.kind !== 'map') return own
  const entries = new Map<string, MapEntry>()
  for (const [key, entry] of own.entries) {
    const below = defaults.entries.get(key)
    entries.set(key, below === undefined ? entry : { ...entry, tree: underlay(entry.tree, below.tree) })
  }
  for (const [key, entry] of defaults.entries) if (!entries.has(key)) entries.set(key, entry)
  return { ...own, entries }
}

const NAMED_SECTIONS = ['hosts', 'links', 'segments', 'paths', 'workloads']

function hostDefaults({ hosts }: Blueprint): TreeInput {
  return Object.fromEntries(
    hosts.map((host) => [
      host.name,
      mapEntries<string, HostKey, TreeInput | undefined>(HOST_KEYS, ({ print }) => print?.(host)),
    ]),
  )
}

function workloadDefaults({ workloads }: Blueprint): TreeInput {
  return Object.fromEntries(workloads.map(({ name, kind, connection }) => [name, { kind, connection }]))
}

function inOrder(tree: MapTree): MapTree {
  const known = SECTIONS.filter((section) => tree.entries.has(section))
  const others = [...tree.entries.keys()].filter((section) => !SECTIONS.includes(section))
  const entries = [...known, ...others].map((section) => [section, tree.entries.get(section)!] as const)
  return { ...tree, entries: new Map(entries) }
}
