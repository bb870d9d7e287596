import { DEFAULT_PATH_KIND, isProxied, type PathKindName, pathKind } from '../../cluster/paths/path-kinds.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import { MASTER, type Members, nodesNamed, type PodMember } from '../cluster/cluster-members.ts'
import type { PathSection } from '../schema/paths.ts'
import type { Declared, Findings } from '../tree/findings.ts'

/** One end of a path: a host, and the pod or service there. */
export interface PathEnd {
  readonly host: string
  readonly pod: PodMember | null
  readonly service: string | null
}

/** A path between two hosts. A declared path with patterns has several instances. */
export interface PathInstance {
  readonly name: string
  readonly declared: string
  readonly kind: PathKindName
  readonly section: PathSection
  readonly from: PathEnd
  readonly to: PathEnd
}

const SINGULAR: Readonly<Record<string, string>> = { pods: 'pod', users: 'user', services: 'service' }

const MAX_INSTANCES = 100_000

export function instancesOf(
  declared: string,
  section: PathSection,
  cluster: ClusterEnvironment | null,
  findings: Findings,
): PathInstance[] {
  const kind = section.kind ?? DEFAULT_PATH_KIND
  const resolver = new EndResolver(declared, kind, section, cluster, findings)
  const froms = resolver.resolve('from')
  const tos = resolver.resolve('to')
  if (froms.length * tos.length > MAX_INSTANCES) {
    const message = `the path has ${froms.length * tos.length} instances, and at most ${MAX_INSTANCES} are allowed`
    findings.report(['paths', declared], 'out-of-range', message, { at: 'key' })
    return []
  }
  return froms.flatMap((from) =>
    tos.map((to) => {
      const labels = [from, to].flatMap(({ label }) => (label === null ? [] : [label]))
      return { name: [declared, ...labels].join('/'), declared, kind, section, from: from.end, to: to.end }
    }),
  )
}

/** An end of a path. The label becomes part of the instance's name; it is null if the end names a host. */
interface LabelledEnd {
  readonly end: PathEnd
  readonly label: string | null
}

class EndResolver {
  readonly #declared: string
  readonly #kind: PathKindName
  readonly #section: PathSection
  readonly #cluster: ClusterEnvironment | null
  readonly #findings: Findings

  constructor(
    declared: string,
    kind: PathKindName,
    section: PathSection,
    cluster: ClusterEnvironment | null,
    findings: Findings,
  ) {
    this.#declared = declared
    this.#kind = kind
    this.#section = section
    this.#cluster = cluster
    this.#findings = findings
  }

  resolve(which: 'from' | 'to'): LabelledEnd[] {
    const place = ['paths', this.#declared, which]
    const otherwise = this.#cluster === null ? null : pathKind(this.#kind).ends[which].inCluster
    const written = this.#section[which] ?? otherwise
    if (written === null) {
      this.#findings.reportMissing(['paths', this.#declared], which)
      return []
    }
    if (!written.includes('/')) return this.#hostNamed(place, written)
    if (this.#cluster === null) {
      const message = `${written} needs a cluster, and the scenario has none`
      this.#findings.contradict(place, message, { hint: 'write the name of a host, or add a cluster' })
      return []
    }
    const ends = this.#endsOf(written, this.#section[which] === undefined, this.#cluster)
    if (ends.length === 0) this.#reportNothing(place, written, this.#cluster)
    return ends
  }

  #hostNamed(place: readonly string[], name: string): LabelledEnd[] {
    const hostNames = this.#findings.namesIn('hosts')
    if (!hostNames.has(name) && this.#cluster !== null) {
      const { podSections, services } = this.#cluster.members
      const group = podSections.has(name) ? 'pods' : services.has(name) ? 'services' : null
      if (group !== null) {
        const hint = `did you mean ${group}/${name}?`
        this.#findings.report(place, 'unknown-name', `no host is named ${name}`, { hint })
        return []
      }
    }
    // A pod with host network has a name that no host has.
    const pods = this.#cluster?.members.podsByName ?? new Map<string, PodMember>()
    if (!this.#findings.checkName(place, 'host', name, hostNames, pods)) return []
    const pod = pods.get(name) ?? null
    return [{ end: { host: pod?.host ?? name, pod, service: null }, label: null }]
  }

  #endsOf(pattern: string, isDefault: boolean, cluster: ClusterEnvironment): LabelledEnd[] {
    const [group, member] = pattern.split('/')
    const { podSections, services, users, nodes } = cluster.members
    const isWanted = (name: string) => member === '*' || name === member
    if (group === 'pods') {
      const mustListen = isDefault && isProxied(this.#kind)
      return podsNamed(member, cluster.members)
        .filter(({ app }) => !mustListen || podSections.get(app)?.listens !== undefined)
        .map((pod) => ({ end: { host: pod.host, pod, service: null }, label: pod.name }))
    }
    if (group === 'users')
      return [...users.keys()]
        .filter(isWanted)
        .map((name) => ({ end: { host: name, pod: null, service: null }, label: name }))
    if (group === 'services')
      return [...services]
        .filter(([name]) => isWanted(name))
        .flatMap(([name, service]) => {
          const pod = cluster.members.podsByApp.get(service.pods)?.[0]
          return pod === undefined ? [] : [{ end: { host: pod.host, pod, service: name }, label: name }]
        })
    if (pattern === MASTER) return [{ end: { host: MASTER, pod: null, service: null }, label: null }]
    return nodesNamed(pattern, nodes).map(({ name }) => ({
      end: { host: name, pod: null, service: null },
      label: name,
    }))
  }

  #reportNothing(place: readonly string[], pattern: string, { members }: ClusterEnvironment): void {
    // Missing members of the cluster are reported already.
    if (!this.#findings.isFreeOf('cluster')) return
    const [group, member] = pattern.split('/')
    if (!this.#findings.checkName(place, 'group of the cluster', group, GROUPS, members.nodesByPool)) return
    if (member === '*')
      this.#findings.report(place, 'unknown-name', `the cluster has no ${group} for this path`, {
        hint: `add some to \`cluster\`, or remove the path: \`paths: { ${this.#declared}: null }\``,
      })
    else this.#findings.checkName(place, SINGULAR[group] ?? 'node', member, ...namesIn(group, members))
  }
}

/** The groups of members that are not pools. */
const GROUPS = new Set(['nodes', 'pods', 'users', 'services'])

function namesIn(group: string, members: Members): readonly Declared[] {
  const { nodesByName, nodesByPool, podsByName, podSections, users, services } = members
  if (group === 'pods') return [podSections, podsByName]
  if (group === 'users') return [users]
  if (group === 'services') return [services]
  return [group === 'nodes' ? nodesByName : (nodesByPool.get(group) ?? nodesByName)]
}

/** Returns all pods, the pods of an application, or the pod with this name, in their order. */
function podsNamed(member: string, { pods, podsByApp, podsByName }: Members): readonly PodMember[] {
  if (member === '*') return pods
  const own = podsByName.get(member)
  const ofApp = podsByApp.get(member) ?? []
  return own === undefined || own.app === member ? ofApp : [own, ...ofApp]
}
