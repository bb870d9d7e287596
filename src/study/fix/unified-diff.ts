import { visibleLines } from '../../scenario/problems/visible.ts'
import { gitName } from './git-name.ts'
import { linesWithoutSecrets } from './mask-secrets.ts'

/** The number of unchanged lines around a change. */
const CONTEXT = 3

interface Hunk {
  readonly beforeStart: number
  readonly afterStart: number
  readonly steps: ShownStep[]
}

/** The line before an incomplete diff. Programs that apply diffs skip it. */
const INCOMPLETE =
  '# a line that changes has a secret or hidden characters, which are not shown: only --write makes this change\n'

/**
 * Returns the difference between two texts as a unified diff for `patch` and `git apply`. Lines with secrets, and lines
 * that a terminal or CI system would interpret, are not used as context. If such a line changes itself, the hidden
 * parts are replaced.
 */
export function unifiedDiff(path: string, before: string | null, after: string): string {
  const name = path.replace(/^\.?\/+/, '')
  const head = `--- ${before === null ? '/dev/null' : gitName(`a/${name}`)}\n+++ ${gitName(`b/${name}`)}\n`
  const old = before === null ? [] : linesOf(before)
  const changed = linesOf(after)
  const script = withShown(scriptOf(old, changed), shownLines(old), shownLines(changed))
  const hunks = hunksOf(script)
  const isWhole = hunks.every(({ steps }) => steps.every(({ line, shown }) => line === shown))
  return `${isWhole ? '' : INCOMPLETE}${head}${hunks.map(hunkText).join('')}`
}

/** Returns the lines to print, each after a mark. */
function shownLines(lines: readonly string[]): readonly string[] {
  return linesWithoutSecrets(lines).map((line) => visibleLines(` ${line}`, false).slice(1))
}

/** Returns the lines of a text, each with its line end. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

type Step = readonly [kind: ' ' | '-' | '+', line: string]

/** A step of a diff with its line as shown, without secrets. */
interface ShownStep {
  readonly kind: Step[0]
  readonly line: string
  readonly shown: string
}

function withShown(script: readonly Step[], before: readonly string[], after: readonly string[]): ShownStep[] {
  let [i, j] = [0, 0]
  return script.map(([kind, line]) => {
    const old = kind === '+' ? line : before[i++]
    const next = kind === '-' ? line : after[j++]
    return { kind, line, shown: old === line ? next : old }
  })
}

/** Returns the steps from one list of lines to the other. Common lines at both ends stay; the rest is compared. */
function scriptOf(before: readonly string[], after: readonly string[]): Step[] {
  let start = 0
  while (start < before.length && before[start] === after[start]) start++
  let end = 0
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const kept = (line: string): Step => [' ', line]
  const middle = compared(before.slice(start, before.length - end), after.slice(start, after.length - end))
  return [...before.slice(0, start).map(kept), ...middle, ...before.slice(before.length - end).map(kept)]
}

/** The largest table of common lines, in cells. Larger parts are replaced as a whole. */
const MOST_CELLS = 4_000_000

/** Compares lines by the longest common subsequence. */
function compared(before: readonly string[], after: readonly string[]): Step[] {
  const width = after.length + 1
  if (before.length * width > MOST_CELLS)
    return [...before.map((line): Step => ['-', line]), ...after.map((line): Step => ['+', line])]
  const common = new Uint32Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      common[i * width + j] =
        before[i] === after[j]
          ? common[(i + 1) * width + j + 1] + 1
          : Math.max(common[(i + 1) * width + j], common[i * width + j + 1])
  const steps: Step[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    // Beyond the end of a list is undefined. It equals no line, and comparing it gives false.
    if (before[i] === after[j]) {
      steps.push([' ', before[i]])
      i++
      j++
    } else if (j === after.length || common[(i + 1) * width + j] >= common[i * width + j + 1])
      steps.push(['-', before[i++]])
    else steps.push(['+', after[j++]])
  }
  return steps
}

/** Divides a script into hunks, with context lines around the changes. */
function hunksOf(script: readonly ShownStep[]): Hunk[] {
  const isNear = script.map(() => false)
  for (const [at, { kind }] of script.entries())
    if (kind !== ' ')
      for (const near of [at, ...contextOf(script, at, -1), ...contextOf(script, at, 1)]) isNear[near] = true
  const hunks: Hunk[] = []
  let [before, after] = [1, 1]
  for (const [at, step] of script.entries()) {
    const { kind } = step
    if (isNear[at]) {
      if (at === 0 || !isNear[at - 1]) hunks.push({ beforeStart: before, afterStart: after, steps: [] })
      hunks[hunks.length - 1].steps.push(step)
    }
    if (kind !== '+') before++
    if (kind !== '-') after++
  }
  return hunks
}

/**
 * Returns the context lines before or after a change, up to the first line with a secret. A changed line has its own
 * context.
 */
function contextOf(script: readonly ShownStep[], at: number, direction: 1 | -1): readonly number[] {
  const places = Array.from({ length: CONTEXT }, (_, i) => at + direction * (i + 1))
  const end = places.findIndex((place) => {
    const step = script[place]
    return step === undefined || step.shown !== step.line
  })
  return end < 0 ? places : places.slice(0, end)
}

function hunkText({ beforeStart, afterStart, steps }: Hunk): string {
  const count = (kind: string) => steps.filter((step) => step.kind === ' ' || step.kind === kind).length
  const lines = steps.map(({ kind, shown }) => kind + shown)
  const range = (start: number, length: number) => `${length === 0 ? start - 1 : start},${length}`
  const body = lines.map((line) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`))
  return `@@ -${range(beforeStart, count('-'))} +${range(afterStart, count('+'))} @@\n${body.join('')}`
}
