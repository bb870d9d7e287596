import type { HostBlueprint, WorkloadBlueprint } from '../simulation/blueprint.ts'
import { beatingNodes } from '../simulation/plan/cluster/beating-nodes.ts'
import { resolveAttackers } from './attackers/resolve-attackers.ts'
import { type RoleGround, Roles } from './attackers/resolve-roles.ts'
import type { CheckedScenario } from './checked-scenario.ts'
import type { ClusterSurroundings } from './cluster/cluster-surroundings.ts'
import { clusterBlueprint, resolveSurroundings, virtualAddressesOf } from './cluster/resolve-cluster.ts'
import { resolveEvents } from './events/resolve-events.ts'
import { resolveAcceptances } from './expectations/resolve-acceptances.ts'
import { type AttackKnowledge, secretsOf } from './expectations/resolve-attack-expectations.ts'
import { resolveExpectations } from './expectations/resolve-expectations.ts'
import { DEFAULT_CA, Identities } from './identities/identities.ts'
import { CLUSTER_CA, DEFAULT_ACCOUNT } from './identities/identity-names.ts'
import { checkBoundTokens, resolveIdentities } from './identities/resolve-identities.ts'
import { resolvePaths } from './paths/resolve-paths.ts'
import type { Findings } from './problems/findings.ts'
import type { ScenarioSection } from './schema/scenario.ts'
import { Reachability } from './topology/reachability.ts'
import { resolveFirewall } from './topology/resolve-firewall.ts'
import { resolveHosts } from './topology/resolve-hosts.ts'
import { resolveLinks } from './topology/resolve-links.ts'
import { resolveRoutes } from './topology/resolve-routes.ts'
import { resolveSegments } from './topology/resolve-segments.ts'
import { type Tree, treeAt } from './tree/tree.ts'
import { resolveWorkloads } from './workloads/resolve-workloads.ts'

/** What the schema cannot tell: names, ways, certificates, contradictions. The result counts only if nothing was found. */
export function resolveScenario(
  sections: ScenarioSection,
  tree: Tree,
  defaultName: string,
  findings: Findings,
): CheckedScenario {
  const declared = (section: string) => namesIn(tree, section)
  const hosts = resolveHosts(sections.hosts, findings)
  const media = resolveMedia(sections, tree, findings)
  const defaultCa = sections.cluster === undefined ? DEFAULT_CA : CLUSTER_CA
  const identities = new Identities(resolveIdentities(sections.identities ?? new Map(), defaultCa, findings), defaultCa)
  const cluster = surroundingsOf(sections, tree, hosts, identities, findings)
  checkBoundTokens(sections.identities ?? new Map(), cluster === null ? null : accountsIn(cluster), findings)
  const virtualAddresses = cluster === null ? [] : virtualAddressesOf(cluster, hosts)
  const canBeRouted = findings.isFreeOf('hosts', 'links', 'segments', 'routes', 'cluster')
  const reachability = canBeRouted ? new Reachability({ hosts, ...media, virtualAddresses }) : null
  const paths = resolvePaths(
    sections.paths,
    {
      hosts: new Map(hosts.map((host) => [host.name, host])),
      hostNames: declared('hosts'),
      certificateOfHost: certificatesOf(sections),
      identities,
      cluster,
      version: sections.kubernetes ?? null,
      reachability,
    },
    findings,
  )
  const { name = defaultName, seed = 1, duration: durationNs = null } = sections
  const surroundings = { pathNames: declared('paths'), paths: sections.paths, cluster, durationNs }
  const workloads = resolveWorkloads(sections.workloads, surroundings, findings)
  const events = eventsOf(sections, tree, cluster, findings)
  const ground = { paths, cluster, identities, reachability, hosts, workloads }
  const { attackers, knowledge } = attackersOf(sections, tree, ground, findings)
  const areNodesKnown = findings.isFreeOf('hosts', 'paths', 'workloads', 'cluster')
  const nodes = areNodesKnown ? new Set(beatingNodes({ workloads, paths })) : null
  const expected = { ...knowledge, workloads: declared('workloads'), nodes, events }
  return {
    blueprint: {
      name,
      seed,
      durationNs,
      hosts,
      ...media,
      firewall: resolveFirewall(sections.firewall, declared('hosts'), media.segments, declared('segments'), findings),
      virtualAddresses,
      identities: identities.all,
      paths,
      workloads,
      events,
      cluster: cluster === null ? null : clusterBlueprint(cluster, sections.hosts, identities),
      attackers,
    },
    expectations: resolveExpectations(sections.expect ?? [], expected, findings),
    acceptances: resolveAcceptances(sections.accept ?? [], knowledge, findings),
  }
}

function attackersOf(
  sections: ScenarioSection,
  tree: Tree,
  ground: RoleGround & { readonly hosts: readonly HostBlueprint[]; readonly workloads: readonly WorkloadBlueprint[] },
  findings: Findings,
) {
  const declared = (section: string) => namesIn(tree, section)
  const roles = new Roles(ground)
  const surroundings = {
    ...ground,
    attackerNames: declared('attackers'),
    pathNames: declared('paths'),
    hostNames: declared('hosts'),
    linkNames: declared('links'),
    segmentNames: declared('segments'),
  }
  const attackers = resolveAttackers(sections.attackers ?? new Map(), roles, surroundings, findings)
  const knowledge: AttackKnowledge = {
    attackerNames: surroundings.attackerNames,
    attackers,
    pathNames: surroundings.pathNames,
    roles,
    secrets: secretsOf(ground.workloads, ground.identities.all),
  }
  return { attackers, knowledge }
}

/** Of all pods that have hosts. */
function accountsIn({ members }: ClusterSurroundings): ReadonlySet<string> {
  return new Set([...members.podSections.values()].map(({ account = DEFAULT_ACCOUNT }) => account))
}

function resolveMedia(sections: ScenarioSection, tree: Tree, findings: Findings) {
  const hostNames = namesIn(tree, 'hosts')
  const links = resolveLinks(sections.links ?? new Map(), hostNames, findings)
  const segments = resolveSegments(sections.segments ?? new Map(), hostNames, namesIn(tree, 'links'), findings)
  const routes = resolveRoutes(sections.routes ?? new Map(), links, segments, hostNames, findings)
  return { links, segments, routes }
}

function eventsOf(sections: ScenarioSection, tree: Tree, cluster: ClusterSurroundings | null, findings: Findings) {
  const surroundings = {
    links: sections.links ?? new Map(),
    linkNames: namesIn(tree, 'links'),
    segmentNames: namesIn(tree, 'segments'),
    hostNames: namesIn(tree, 'hosts'),
    podNames: new Set(cluster?.members.pods.map(({ name }) => name)),
  }
  return resolveEvents(sections.events ?? [], surroundings, findings)
}

function certificatesOf({ hosts }: ScenarioSection): ReadonlyMap<string, string> {
  return new Map(
    [...hosts].flatMap(([name, { certificate }]) => (certificate === undefined ? [] : [[name, certificate]])),
  )
}

function surroundingsOf(
  { cluster: section, kubernetes: version, hosts: hostSections }: ScenarioSection,
  tree: Tree,
  hosts: readonly HostBlueprint[],
  identities: Identities,
  findings: Findings,
): ClusterSurroundings | null {
  if (section !== undefined && version !== undefined)
    return resolveSurroundings({ section, version, tree, hostSections, hosts, identities, findings })
  for (const [name, host] of hostSections)
    if (host.kubernetes !== undefined)
      findings.contradict(['hosts', name, 'kubernetes'], 'only nodes of a cluster have a version of their own', {
        at: 'key',
      })
  return null
}

/** All that are declared, also those that the schema left out. */
function namesIn(tree: Tree, section: string): ReadonlySet<string> {
  const declared = treeAt(tree, [section])
  return new Set(declared?.kind === 'map' ? declared.entries.keys() : [])
}
