import type { CausePlace } from '../measure/check.ts'
import type { RealName, RealNames } from '../measure/real-name.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import type { Position } from '../scenario/problems/source-text.ts'
import { visible } from '../scenario/problems/visible.ts'
import { originOf } from '../scenario/tree/origin.ts'
import { positionAt } from '../scenario/tree/tree.ts'

/** The first words of scenarios written by `onpath import`. */
export const IMPORT_MARK = '# Imported by onpath.'

/** Returns whether a scenario was imported from a real cluster. */
export function isImported({ printable }: LoadedScenario): boolean {
  return positionAt(printable, ['version']).source.text.startsWith(IMPORT_MARK)
}

/** The words for the kinds of names at the head of an imported scenario. */
const KINDS: Readonly<Record<RealName['kind'], string>> = {
  Node: 'the node ',
  User: 'the user ',
  Group: 'a member of the group ',
  Pod: 'a pod with the service account ',
  Server: 'a pod of the ',
  assumed: 'assumed',
}

const LINE_OF_NAME = new RegExp(`^# ([\\w-]+) is (${Object.values(KINDS).join('|')})(.*)$`)

/** Returns the line at the head of an imported scenario that explains a name; none for a node with the same name. */
export function lineOfName(name: string, { kind, name: real }: RealName): readonly string[] {
  const isItself = kind === 'Node' && name === real
  return isItself ? [] : [`${name} is ${KINDS[kind]}${kind === 'assumed' ? '' : visible(real)}`]
}

/** Returns the real names at the head of an imported scenario. */
export function realNamesIn({ printable }: LoadedScenario): RealNames {
  const { text } = positionAt(printable, ['version']).source
  const names: [string, RealName][] = []
  if (!text.startsWith(IMPORT_MARK)) return {}
  for (const line of text.split('\n')) {
    if (!line.startsWith('#')) break
    const found = LINE_OF_NAME.exec(line)
    if (found === null) continue
    const kind = (Object.keys(KINDS) as RealName['kind'][]).find((one) => KINDS[one] === found[2])!
    names.push([found[1], { kind, name: kind === 'assumed' ? found[1] : found[3] }])
  }
  return Object.fromEntries(names)
}

/**
 * Returns all real names in an imported scenario, including nodes that its head leaves out because their names are
 * equal; none for other scenarios.
 */
export function allRealNamesIn(loaded: LoadedScenario): ReadonlyMap<string, RealName> {
  if (!isImported(loaded)) return new Map()
  const nodes = loaded.scenario.blueprint.cluster?.nodes ?? []
  const same = nodes.map(({ name }): [string, RealName] => [name, { kind: 'Node', name }])
  return new Map([...same, ...Object.entries(realNamesIn(loaded))])
}

/** The source of a value in words, and its place in a file; the place is null for a default or an assumption. */
export interface SourceOfValue {
  readonly from: string
  readonly at: CausePlace | null
}

/**
 * Returns the source of a value: in an imported scenario, the file and line in the comment behind the value; in other
 * scenarios, the line of the scenario.
 */
export function sourceOf(position: Position): SourceOfValue {
  const comment = commentOn(position)
  if (comment === null) {
    const { source, start, origin } = position
    const isInFile = origin === undefined && !source.file.startsWith('--')
    return {
      from: originOf(position),
      at: isInFile ? { file: source.file, line: source.positionOf(start).line } : null,
    }
  }
  const from = comment.replace(/(:\d+): .*$/, '$1')
  const found = /^(.+):(\d+)$/.exec(from)
  return { from, at: found === null ? null : { file: found[1], line: Number(found[2]) } }
}

/**
 * Returns an import's remark about a value after its file and line, such as `ClusterRoleBinding ops`; null for none.
 */
export function remarkOf(position: Position): string | null {
  return /:\d+: (.*)$/.exec(commentOn(position) ?? '')?.[1] ?? null
}

/** Returns the remarks about two rules of one role as one remark with both lines. */
export function joinedRemark(first: string, second: string): string {
  const [before, places] = RULES.exec(first)?.slice(1) ?? []
  const [other, place] = RULES.exec(second)?.slice(1) ?? []
  return before === undefined || before !== other ? first : `${before}(rules at ${places} and ${place})`
}

const RULES = /^(.*)\(rules? at (.*)\)$/

/** Returns the comment behind a value of an imported scenario; null if there is none, and for other scenarios. */
function commentOn({ source, end }: Position): string | null {
  if (!source.text.startsWith(IMPORT_MARK)) return null
  const line = source.text.slice(end, end + 2000).split('\n')[0]
  return /^[\s\]}"']*# (.+)$/.exec(line)?.[1] ?? null
}
