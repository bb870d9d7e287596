import type { FailureResult, NodeResult, Result, TunnelResult, WorkloadResult } from '../../src/measure/result.ts'
import type { VerdictResult } from '../../src/measure/verdict.ts'

/** What a scenario comes to at one release of Kubernetes: a result, or a refusal. */
export type GoldenRun = FinishedRun | RefusedRun

interface FinishedRun extends AtRelease {
  readonly facts: readonly Fact[]
  /** The digest of the whole result, which holds what the facts do not show. */
  readonly digest: string
}

interface RefusedRun extends AtRelease {
  readonly refusal: string
}

interface AtRelease {
  /** The release, such as `1.24`; `as it is` for the one that the scenario names. */
  readonly release: string
}

/** What a result says of a subject, such as a workload. */
export interface Fact {
  readonly subject: string
  readonly text: string
}

/**
 * Returns the summary of a scenario: what each subject comes to, the digests of the whole results, and refusals. Releases
 * with the same text share a line. None is named where all that are not refused have the same.
 */
export function summaryText(runs: readonly GoldenRun[]): string {
  const finished = runs.filter((run) => 'facts' in run)
  const told = finished.flatMap(({ release, facts }) => facts.map(({ subject, text }) => ({ release, subject, text })))
  return [
    ...grouped(told, ({ subject }) => subject).map((same) => paragraph(same[0].subject, same, finished.length)),
    digestsText(runs),
  ].join('')
}

/** Returns the digests and the refusals of a scenario. */
export function digestsText(runs: readonly GoldenRun[]): string {
  const digests = runs.flatMap((run) => ('digest' in run ? { release: run.release, text: run.digest } : []))
  const refusals = runs.flatMap((run) => ('refusal' in run ? { release: run.release, text: run.refusal } : []))
  return paragraph('digest', digests, digests.length) + paragraph('refused', refusals, runs.length)
}

/** Returns a line for each text, or a single one where all of so many releases have the same. */
function paragraph(
  subject: string,
  told: readonly (AtRelease & { readonly text: string })[],
  releases: number,
): string {
  const lines = grouped(told, ({ text }) => text)
  if (lines.length === 0) return ''
  if (lines.length === 1 && told.length === releases) return `${subject}: ${told[0].text}\n`
  return [`${subject}:`, ...lines.map((same) => `  ${releasesOf(same)}: ${same[0].text}`)].join('\n').concat('\n')
}

/** Groups values by a key, in the order of the first value of each group. */
function grouped<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const group = groups.get(keyOf(value))
    if (group === undefined) groups.set(keyOf(value), [value])
    else group.push(value)
  }
  return [...groups.values()]
}

/** Returns releases in their order, three or more that follow each other as `1.10 to 1.12`. */
function releasesOf(runs: readonly AtRelease[]): string {
  const minorOf = (release: string) => Number(/^1\.(\d+)$/.exec(release)?.[1] ?? Number.NaN)
  const rows: string[][] = []
  for (const { release } of runs) {
    const row = rows.at(-1)
    if (row !== undefined && minorOf(release) === minorOf(row[row.length - 1]) + 1) row.push(release)
    else rows.push([release])
  }
  return rows.map((row) => (row.length < 3 ? row.join(', ') : `${row[0]} to ${row[row.length - 1]}`)).join(', ')
}

/** Returns codes and places of problems. Their messages are for people and may become clearer. */
export function refusalOf(
  problems: readonly { readonly code: string; readonly line: number; readonly column: number }[],
): string {
  return problems.map(({ code, line, column }) => `${code} ${line}:${column}`).join(', ')
}

/**
 * Returns what a reader of a difference needs of a result. Of workloads on paths that no verdict is about, in a run with
 * attackers, it has only counts: the summary of the scenario without the attack has the figures.
 */
export function factsOf({ ended, workloads, tunnels, nodes, verdicts, expectations }: Result): Fact[] {
  const attacked = new Set(verdicts.map(({ path }) => path))
  const isBeside = ({ path }: WorkloadResult) => attacked.size > 0 && !attacked.has(path)
  return [
    ...(ended === 'finished' ? [] : [{ subject: 'ended', text: ended }]),
    ...workloads.map((workload) => workloadFact(workload, isBeside(workload))),
    ...tunnels.map(tunnelFact),
    ...nodes.flatMap(nodeFact),
    ...verdicts.map(verdictFact),
    ...expectations.flatMap(({ met, expect, measured }) =>
      met ? [] : [{ subject: `not met: ${expect}`, text: measured }],
    ),
  ]
}

function workloadFact(workload: WorkloadResult, hasOnlyCounts: boolean): Fact {
  const { name, path, completed, failed, unfinished, failures, latencyMs } = workload
  const counts = [
    `${completed} completed`,
    failed > 0 && `${failed} failed (${failures.map(failureText).join(', ')})`,
    unfinished > 0 && `${unfinished} unfinished`,
  ]
  const figures = [
    figure('p50', latencyMs.p50, 'ms'),
    figure('p99', latencyMs.p99, 'ms'),
    figure('set-up', workload.setupMs, 'ms'),
    figure('throughput', workload.throughputMbps, 'Mbps'),
    `${workload.wireBytes} wire bytes`,
    `${workload.packets} packets`,
  ]
  return { subject: `${name} on ${path}`, text: joined(hasOnlyCounts ? counts : [...counts, ...figures]) }
}

function failureText({ reason, message, count }: FailureResult): string {
  return `${count} ${reason}${message === undefined ? '' : `: ${message}`}`
}

function tunnelFact({ name, dials, setups, setupMs, channels, carriedBytes }: TunnelResult): Fact {
  const text = joined([
    `${setups} of ${dials} dials`,
    figure('set-up', setupMs, 'ms'),
    `${channels} channels`,
    `${carriedBytes} bytes carried`,
  ])
  return { subject: `tunnel ${name}`, text }
}

/** Returns nothing of a node that is ready all the time. */
function nodeFact({ name, joinedNs, transitions, taintedNs, evictedNs, evictedPods }: NodeResult): Fact[] {
  const text = joined([
    moment('joined', joinedNs),
    ...transitions.map(({ ready, atNs }) => moment(ready ? 'ready' : 'not ready', atNs)),
    moment('tainted', taintedNs),
    moment(`${evictedPods.length} pods evicted`, evictedNs),
  ])
  return text === '' ? [] : [{ subject: `node ${name}`, text }]
}

function verdictFact(verdict: VerdictResult): Fact {
  const { attacker, technique, path, victim, scope, exposure, outageNs, noticed, noticedBy } = verdict
  const notices = unique(noticedBy.map(({ log, reason }) => `${log}: ${reason}`))
  const text = joined([
    verdict.outcomes.join(' '),
    `exposed ${exposure.messages} of ${exposure.of} messages and ${exposure.bytes} bytes`,
    `noticed ${[noticed, ...notices].join(' by ')}`,
    figure('outage', outageNs > 0 ? outageNs / NS_PER_S : null, 's'),
    listed('reads', verdict.secrets),
    listed(
      'holds',
      verdict.credentials.map(({ name, acceptedBy }) => `${name} for ${acceptedBy}`),
    ),
    listed(
      'may',
      verdict.privileges.map(({ as, verb, resource, on }) => `${verb} ${resource} on ${on} as ${as}`),
    ),
  ])
  return { subject: `${attacker}: ${technique} on ${path} against ${victim} (${scope})`, text }
}

const NS_PER_S = 1e9

function listed(verb: string, things: readonly string[]): string {
  return things.length === 0 ? '' : `${verb} ${unique(things).join(' and ')}`
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}

function moment(name: string, atNs: number | null): string {
  return figure(`${name} at`, atNs === null ? null : atNs / NS_PER_S, 's')
}

/** Returns a figure with four digits, empty where there is none. The digest holds the other digits. */
function figure(name: string, value: number | null, unit: string): string {
  return value === null ? '' : `${name} ${Number(value.toPrecision(4))} ${unit}`
}

function joined(texts: readonly (string | false)[]): string {
  return texts.filter((text) => text !== false && text !== '').join(', ')
}
