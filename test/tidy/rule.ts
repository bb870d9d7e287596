import type ts from 'typescript'
import { lineOf, nodesOf, type Source } from './source.ts'

export interface Rule {
  readonly name: string
  /** Completes "it is not done, because ...". */
  readonly reason: string
  readonly mend: string
  appliesTo(path: string): boolean
  find(source: Source): Finding[]
}

export interface Finding {
  readonly line: number
  readonly what: string
}

/** Every breach as `path:line: what. Reason. Mend.` */
export function breaches(rule: Rule, sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => rule.appliesTo(path))
    .flatMap((source) =>
      rule.find(source).map(({ line, what }) => `${source.path}:${line}: ${what}. ${rule.reason} ${rule.mend}`),
    )
}

/** A rule's `find` that looks at each node by itself. */
export function eachNode(what: (node: ts.Node) => string | null): Rule['find'] {
  return (source) =>
    nodesOf(source).flatMap((node) => {
      const found = what(node)
      return found === null ? [] : [{ line: lineOf(source, node.getStart(source.tree)), what: found }]
    })
}
