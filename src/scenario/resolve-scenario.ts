import type { Findings } from './findings.ts'
import { Identities } from './identities.ts'
import type { CheckedScenario } from './load.ts'
import { Reachability } from './reachability.ts'
import { resolveEvents } from './resolve-events.ts'
import { resolveExpectations } from './resolve-expectations.ts'
import { resolveHosts } from './resolve-hosts.ts'
import { resolveIdentities } from './resolve-identities.ts'
import { resolveLinks } from './resolve-links.ts'
import { resolvePaths } from './resolve-paths.ts'
import { resolveRoutes } from './resolve-routes.ts'
import { resolveWorkloads } from './resolve-workloads.ts'
import type { ScenarioSection } from './schema/scenario.ts'
import { type Tree, treeAt } from './tree.ts'

/** What the schema cannot tell: names, ways, certificates, contradictions. The result counts only if nothing was found. */
export function resolveScenario(
  sections: ScenarioSection,
  tree: Tree,
  defaultName: string,
  findings: Findings,
): CheckedScenario {
  const declared = (section: string) => namesIn(tree, section)
  const hostNames = declared('hosts')
  const hosts = resolveHosts(sections.hosts, findings)
  const links = resolveLinks(sections.links ?? new Map(), hostNames, findings)
  const routes = resolveRoutes(sections.routes ?? new Map(), links, hostNames, findings)
  const identities = new Identities(resolveIdentities(sections.identities ?? new Map(), findings))
  const paths = resolvePaths(
    sections.paths,
    {
      hosts: new Map(hosts.map((host) => [host.name, host])),
      hostNames,
      certificateOfHost: new Map(
        [...sections.hosts].flatMap(([name, { certificate }]) =>
          certificate === undefined ? [] : [[name, certificate]],
        ),
      ),
      identities,
      reachability: findings.isFreeOf('hosts', 'links', 'routes') ? new Reachability(hosts, links, routes) : null,
    },
    findings,
  )
  const durationNs = sections.duration ?? null
  const workloads = resolveWorkloads(sections.workloads, declared('paths'), durationNs, findings)
  const surroundings = { links: sections.links ?? new Map(), linkNames: declared('links'), hostNames }
  const events = resolveEvents(sections.events ?? [], surroundings, findings)
  const expectations = resolveExpectations(sections.expect ?? [], declared('workloads'), findings)
  const { name = defaultName, seed = 1 } = sections
  return {
    blueprint: {
      name,
      seed,
      durationNs,
      hosts,
      links,
      routes,
      identities: identities.all,
      paths,
      workloads,
      events,
      cluster: null,
    },
    expectations,
  }
}

/** All that are declared, also those that the schema left out. */
function namesIn(tree: Tree, section: string): ReadonlySet<string> {
  const declared = treeAt(tree, [section])
  return new Set(declared?.kind === 'map' ? declared.entries.keys() : [])
}
