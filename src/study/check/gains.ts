import { VANTAGES } from '../../attack/vantages.ts'
import { pathKind } from '../../cluster/paths/path-kinds.ts'
import type { Finding, Gain, Holder } from '../../measure/check.ts'
import { WITHOUT_CREDENTIAL } from '../../measure/judge-check.ts'
import { NOBODY } from '../../measure/verdict.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'

/**
 * Groups findings by the kind of attacker and the causes, the worst first, and those of assumed users last. Findings
 * that differ only in nodes, paths, techniques, or in the abilities of an attacker between two hosts are one gain.
 */
export function gainsOf(findings: readonly Finding[], blueprint: Blueprint): readonly Gain[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    if (finding.isAccepted) continue
    const key = keyOf(finding, blueprint)
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  return mergedOf([...groups.values()].map((group) => gainOf(group, blueprint))).sort(
    (a, b) => Number(a.isAssumed) - Number(b.isAssumed) || Number(isChangeable(b)) - Number(isChangeable(a)),
  )
}

/** Joins a gain of anyone without a known cause to a gain from the same servers with a cause. */
function mergedOf(gains: readonly Gain[]): Gain[] {
  const merged = new Map<Gain, Gain>(gains.map((gain) => [gain, gain]))
  for (const gain of gains) {
    if (gain.who.kind !== 'anyone' || gain.causes.length > 0) continue
    const servers = serversOf(gain)
    const other = gains.find(
      (one) =>
        one.who.kind === 'anyone' &&
        one.causes.length > 0 &&
        one.isAssumed === gain.isAssumed &&
        serversOf(one) === servers,
    )
    if (other === undefined) continue
    const known = merged.get(other)!
    merged.set(other, { ...known, findings: [...known.findings, ...gain.findings] })
    merged.delete(gain)
  }
  return [...merged.values()]
}

function serversOf({ findings }: Gain): string {
  const servers = findings.flatMap(({ verdict }) => verdict.requests.map(({ server, port }) => `${server}:${port}`))
  return [...new Set(servers)].sort((a, b) => (a < b ? -1 : 1)).join()
}

/** Returns whether something in the files of the cluster causes a gain, rather than only the design of Kubernetes. */
function isChangeable({ causes }: Gain): boolean {
  return causes.length > 0 && causes.every(({ at }) => at !== null)
}

function keyOf(finding: Finding, blueprint: Blueprint): string {
  const causes = finding.causes.map(({ what, from }) => [what, from])
  return JSON.stringify([
    holderOf(finding),
    finding.isAssumed,
    causes.length > 0 ? causes : partiesOf(finding, blueprint),
  ])
}

function partiesOf({ paths }: Finding, blueprint: Blueprint): readonly string[] {
  return [...new Set(paths.flatMap((path) => instancesOf(path, blueprint).map(partyOf)))]
}

function gainOf(findings: readonly Finding[], blueprint: Blueprint): Gain {
  const paths = [...new Set(findings.flatMap((finding) => finding.paths))]
  const instances = paths.flatMap((path) => instancesOf(path, blueprint))
  // Users' requests that the apiserver forwards belong to the traffic of the path on which it forwards them.
  const direct = instances.filter(({ kind }) => pathKind(kind).isForwarded !== true)
  const own = direct.length > 0 ? direct : instances
  const who = holderOf(findings[0])
  return {
    who,
    findings,
    isAssumed: findings[0].isAssumed,
    causes: distinct(findings.flatMap(({ causes }) => causes)),
    between: who.kind === 'network' ? betweenOf(findings, own, blueprint) : [],
    traffic: distinct(
      blueprint.workloads.flatMap(({ kind, path }) => {
        const on = own.find((one) => one.declared === path)
        return on === undefined ? [] : [{ kind, party: partyOf(on) }]
      }),
    ),
  }
}

/**
 * Returns the hosts at the ends of the attackers' links, and the other nodes that the same paths lead to. Those have
 * the same configuration and links of the same kind.
 */
function betweenOf(
  findings: readonly Finding[],
  paths: readonly PathBlueprint[],
  blueprint: Blueprint,
): readonly string[] {
  const ends = new Set(findings.flatMap(({ on }) => endsOf(on, blueprint)))
  const nodeOf = (host: string) => blueprint.cluster?.pods.find(({ name }) => name === host)?.node ?? host
  const others = paths
    .flatMap(({ to }) => nodeOf(to))
    .filter((host) => blueprint.cluster?.nodes.some(({ name }) => name === host))
  const isOfNodes = [...ends].some((host) => blueprint.cluster?.nodes.some(({ name }) => name === host))
  return [...new Set([...ends, ...(isOfNodes ? others : [])])].sort((a, b) => (a < b ? -1 : 1))
}

function instancesOf(declared: string, { paths }: Blueprint): readonly PathBlueprint[] {
  return paths.filter((path) => path.declared === declared)
}

function partyOf({ kind }: PathBlueprint) {
  return pathKind(kind).ends.to.party
}

function endsOf({ kind, name }: Finding['on'], { links, segments }: Blueprint): readonly string[] {
  if (kind === 'host') return []
  return links.find((link) => link.name === name)?.between ?? segments.find((one) => one.name === name)?.hosts ?? []
}

function holderOf({ on, forbidden, verdict }: Finding): Holder {
  const { vantage, requests, privileges, exposure } = verdict
  const granted = privileges.find(({ held }) => held !== true)
  const isGranted = granted !== undefined && forbidden.includes('privilege')
  if (isGranted && !WITHOUT_CREDENTIAL.includes(granted.as)) return { kind: 'identity', identity: granted.as }
  const isOpenToAll = exposure.messages === 0 && requests.some(({ by }) => by === NOBODY)
  if (isGranted || isOpenToAll) return { kind: 'anyone', identity: null }
  const { hasNetworkPlace, isRoot, isOnHost } = VANTAGES[vantage]
  if (!hasNetworkPlace) return { kind: 'identity', identity: on.name }
  return { kind: isRoot ? 'root' : isOnHost ? 'process' : 'network', identity: null }
}

function distinct<T>(list: readonly T[]): readonly T[] {
  return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()]
}
