import type { HostBlueprint, PathBlueprint } from '../simulation/blueprint.ts'
import type { ClusterBlueprint } from '../simulation/blueprint-cluster.ts'
import { heartbeatNodes } from '../simulation/heartbeats/status-reports.ts'
import { Reachability } from '../simulation/network/reachability.ts'
import type { CongestionControlsByName } from '../transport/congestion/congestion-controls.ts'
import { resolveAttackers } from './attackers/resolve-attackers.ts'
import { Roles } from './attackers/resolve-roles.ts'
import type { CheckedScenario } from './checked-scenario.ts'
import { checkEffect } from './cluster/check-effect.ts'
import { checkServing } from './cluster/check-serving.ts'
import type { ClusterEnvironment } from './cluster/cluster-environment.ts'
import { clusterBlueprint, resolveEnvironment, virtualAddressesOf } from './cluster/resolve-cluster.ts'
import { resolveEvents } from './events/resolve-events.ts'
import { resolveTolerated } from './expectations/resolve-acceptances.ts'
import { secretsOf } from './expectations/resolve-attack-expectations.ts'
import { resolveExpectations } from './expectations/resolve-expectations.ts'
import { DEFAULT_CA, Identities } from './identities/identities.ts'
import { CLUSTER_CA, DEFAULT_ACCOUNT } from './identities/identity-names.ts'
import { checkBoundTokens, resolveIdentities } from './identities/resolve-identities.ts'
import { resolvePaths } from './paths/resolve-paths.ts'
import { resolvePolicy } from './policy/resolve-policy.ts'
import type { ScenarioSection } from './schema/scenario.ts'
import { checkNewHosts } from './topology/check-new-hosts.ts'
import { resolveFirewall } from './topology/resolve-firewall.ts'
import { resolveHosts } from './topology/resolve-hosts.ts'
import { resolveLinks } from './topology/resolve-links.ts'
import { resolveMiddleboxes } from './topology/resolve-middleboxes.ts'
import { resolveRoutes } from './topology/resolve-routes.ts'
import { resolveSegments } from './topology/resolve-segments.ts'
import type { Findings } from './tree/findings.ts'
import type { Tree } from './tree/tree.ts'
import { checkClients } from './workloads/check-clients.ts'
import { resolveWorkloads } from './workloads/resolve-workloads.ts'

/**
 * Resolves names, routes, certificates and defaults, and reports contradictions. The result is valid only if there are
 * no problems. `congestionControls` are the controls that hosts may name in addition to those of the registry.
 */
export function resolveScenario(
  sections: ScenarioSection,
  tree: Tree,
  defaultName: string,
  findings: Findings,
  congestionControls: CongestionControlsByName = {},
): CheckedScenario {
  const { identities: identitySections = new Map(), links: linkSections = new Map() } = sections
  const hosts = resolveHosts(sections.hosts, findings, congestionControls)
  const links = resolveLinks(linkSections, findings)
  const segments = resolveSegments(sections.segments ?? new Map(), findings)
  const routes = resolveRoutes(sections.routes ?? new Map(), links, segments, findings)
  const defaultCa = sections.cluster === undefined ? DEFAULT_CA : CLUSTER_CA
  const identities = new Identities(resolveIdentities(identitySections, defaultCa, findings), defaultCa)
  const cluster = clusterEnvironmentOf(sections, tree, hosts, identities, findings)
  checkBoundTokens(identitySections, cluster === null ? null : accountsIn(cluster), findings)
  const virtualAddresses = cluster === null ? [] : virtualAddressesOf(cluster, hosts)
  const network = { hosts, links, segments, routes, virtualAddresses }
  const canBeRouted = findings.isFreeOf('hosts', 'links', 'segments', 'routes', 'cluster')
  const reachability = canBeRouted ? new Reachability(network) : null
  const pathEnvironment = {
    hosts: new Map(hosts.map((host) => [host.name, host])),
    certificateOfHost: certificatesOf(sections),
    identities,
    cluster,
    version: sections.kubernetes ?? null,
    reachability,
  }
  const { paths, namedCertificates } = resolvePaths(sections.paths, pathEnvironment, findings)
  checkNewHosts(tree, { links, segments, paths }, findings)
  const { name = defaultName, seed = 1, duration: durationNs = null, paths: pathSections } = sections
  const workloads = resolveWorkloads(sections.workloads, { paths: pathSections, cluster, durationNs }, findings)
  checkClients(workloads, paths, findings)
  const events = resolveEvents(sections.events ?? [], linkSections, podNamesIn(cluster), findings)
  const middleboxes = resolveMiddleboxes(sections.middleboxes, reachability, findings)
  const context = { paths, cluster, identities, reachability, hosts, middleboxes }
  const roles = new Roles(context)
  const attackers = resolveAttackers(sections.attackers ?? new Map(), roles, context, findings)
  const attackNames = { attackers, roles, secrets: secretsOf(workloads, identities.all) }
  const nodes = knownNodes({ workloads, paths }, findings)
  return {
    blueprint: {
      name,
      seed,
      durationNs,
      ...network,
      firewall: resolveFirewall(sections.firewall, segments, findings),
      middleboxes,
      identities: identities.all,
      paths,
      workloads,
      events,
      cluster: checkedCluster(cluster, { sections, paths, namedCertificates, hosts, identities }, findings),
      attackers,
    },
    expectations: resolveExpectations(sections.expect ?? [], { ...attackNames, nodes, events }, findings),
    ...resolveTolerated(sections, attackNames, findings),
    policy: resolvePolicy(sections.policy, attackNames, findings),
  }
}

interface ClusterParts {
  readonly sections: ScenarioSection
  readonly paths: readonly PathBlueprint[]
  readonly namedCertificates: ReadonlyMap<string, string>
  readonly hosts: readonly HostBlueprint[]
  readonly identities: Identities
}

function checkedCluster(
  environment: ClusterEnvironment | null,
  { sections, paths, namedCertificates, hosts, identities }: ClusterParts,
  findings: Findings,
): ClusterBlueprint | null {
  const { hosts: hostSections, cluster: section } = sections
  const certificates = { hostSections, namedCertificates }
  const cluster = environment === null ? null : clusterBlueprint(environment, certificates, identities)
  if (cluster !== null) checkServing(cluster, hosts, identities, findings)
  if (findings.isFreeOf('hosts', 'paths', 'cluster')) checkEffect({ hostSections, section, cluster, paths }, findings)
  return cluster
}

/** Returns the nodes with heartbeats; null if other problems make them unknown. */
function knownNodes(scenario: Parameters<typeof heartbeatNodes>[0], findings: Findings): ReadonlySet<string> | null {
  return findings.isFreeOf('hosts', 'paths', 'workloads', 'cluster') ? new Set(heartbeatNodes(scenario)) : null
}

function podNamesIn(cluster: ClusterEnvironment | null): ReadonlySet<string> {
  return new Set(cluster?.members.pods.map((pod) => pod.name))
}

/** Returns the service accounts of all pods with traffic. */
function accountsIn({ members }: ClusterEnvironment): ReadonlySet<string> {
  return new Set([...members.podSections.values()].map(({ account = DEFAULT_ACCOUNT }) => account))
}

function certificatesOf({ hosts }: ScenarioSection): ReadonlyMap<string, string> {
  return new Map(
    [...hosts].flatMap(([name, { certificate }]) => (certificate === undefined ? [] : [[name, certificate]])),
  )
}

function clusterEnvironmentOf(
  { cluster: section, kubernetes: version, hosts: hostSections }: ScenarioSection,
  tree: Tree,
  hosts: readonly HostBlueprint[],
  identities: Identities,
  findings: Findings,
): ClusterEnvironment | null {
  if (section !== undefined && version !== undefined)
    return resolveEnvironment({ section, version, tree, hostSections, hosts, identities, findings })
  return null
}
