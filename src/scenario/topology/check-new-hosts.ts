import type { LinkBlueprint, PathBlueprint, SegmentBlueprint } from '../../simulation/blueprint.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { OVERRIDE } from '../overrides.ts'
import { type Findings, listed } from '../tree/findings.ts'
import { type MapEntry, type Tree, treeAt } from '../tree/tree.ts'

interface Uses {
  readonly links: readonly LinkBlueprint[]
  readonly segments: readonly SegmentBlueprint[]
  readonly paths: readonly PathBlueprint[]
}

/**
 * Warns about hosts that an override has created and nothing uses. `--set hosts.nodd.cpu=instant` was probably meant
 * for an existing host.
 */
export function checkNewHosts(tree: Tree, { links, segments, paths }: Uses, findings: Findings): void {
  const hosts = treeAt(tree, ['hosts'])
  if (hosts?.kind !== 'map') return
  const isOverridden = ([, entry]: readonly [string, MapEntry]) => entry.keyPosition.source.file === OVERRIDE
  const suspects = [...hosts.entries].filter(isOverridden).map(([name]) => name)
  if (suspects.length === 0) return
  const used = new Set([
    ...links.flatMap(({ between }) => between),
    ...segments.flatMap((segment) => segment.hosts),
    ...paths.flatMap(({ from, to }) => [from, to]),
  ])
  const others = new Set([...hosts.entries.keys()].filter((other) => used.has(other)))
  for (const name of suspects.filter((suspect) => !used.has(suspect))) {
    const hint = () => didYouMean(name, others) ?? listed(others)
    findings.warn(['hosts', name], 'incomplete', `${name} is a new host, which no link, segment or path has`, {
      at: 'key',
      hint,
    })
  }
}
