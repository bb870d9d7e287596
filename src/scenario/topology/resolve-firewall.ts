import type { FirewallBlueprint, FirewallRuleBlueprint, SegmentBlueprint } from '../../simulation/blueprint.ts'
import type { FirewallSection } from '../schema/firewall.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'

/** Resolves firewall rules. Names of hosts and segments become lists of hosts. */
export function resolveFirewall(
  section: FirewallSection | undefined,
  segments: readonly SegmentBlueprint[],
  findings: Findings,
): FirewallBlueprint | null {
  if (section === undefined) return null
  const hostNames = findings.namesIn('hosts')
  const segmentNames = findings.namesIn('segments')
  const hostsOf = (name: string | undefined, path: TreePath): readonly string[] | null => {
    if (name === undefined || name === '*') return null
    if (hostNames.has(name) && segmentNames.has(name)) {
      findings.contradict(path, `${name} is the name of both a host and a segment`, {
        hint: 'rename one of them',
      })
    }
    if (hostNames.has(name)) return [name]
    findings.checkName(path, 'host or segment', name, hostNames, segmentNames)
    return segments.find((segment) => segment.name === name)?.hosts ?? []
  }
  const rules = (section.rules ?? []).flatMap((rule, index): FirewallRuleBlueprint[] => {
    if (rule === undefined) return []
    const path = ['firewall', 'rules', index]
    return [
      {
        from: hostsOf(rule.from, [...path, 'from']),
        to: hostsOf(rule.to, [...path, 'to']),
        ports: rule.ports ?? null,
        action: rule.action,
      },
    ]
  })
  return { default: section.default ?? 'allow', rules }
}
