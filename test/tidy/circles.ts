import { posix } from 'node:path'
import type { Rule } from './rule.ts'
import { importsOf, lineOf, type Source } from './source.ts'

/** Knows all files, since a circle is nobody's own. */
export function noCircles(sources: readonly Source[]): Rule {
  const targets = new Map(sources.map((source) => [source.path, targetsOf(source).map(({ target }) => target)]))
  return {
    name: 'no file imports one that imports it, types included',
    reason: 'Of a circle no file can be understood, tested or moved without all the others.',
    mend: 'Move what both need into a file of its own.',
    appliesTo: () => true,
    find: (source) =>
      targetsOf(source)
        .filter(({ target }) => isReached(source.path, target, targets))
        .map(({ target, line }) => ({ line, what: `imports ${target}, which leads back` })),
  }
}

function targetsOf(source: Source): { target: string; line: number }[] {
  return importsOf(source)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, node }) => ({
      target: posix.join(posix.dirname(source.path), specifier),
      line: lineOf(source, node.getStart(source.tree)),
    }))
}

function isReached(wanted: string, from: string, targets: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set([from])
  const open = [from]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (path === wanted) return true
    for (const next of targets.get(path) ?? []) {
      if (seen.has(next)) continue
      seen.add(next)
      open.push(next)
    }
  }
  return false
}
