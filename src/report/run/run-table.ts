import type { Tolerance } from '../../measure/judge-acceptance.ts'
import type { Result, WorkloadResult } from '../../measure/result.ts'
import { visibleIn } from '../../scenario/problems/visible.ts'
import { heads } from '../columns.ts'
import { formatCount, formatFourDigits, formatNumber, formatSpan } from '../format-number.ts'
import { type Judged, judgedLines } from '../judged-lines.ts'
import { commandLines, hangingLines } from '../screen/lines.ts'
import type { Screen } from '../screen/screen.ts'
import { tableLines } from '../screen/table.ts'
import { doneText, failureLines, wireBytesPerBodyByte } from './requests.ts'
import type { RunFormat } from './run-format.ts'
import { verdictLines } from './verdict-lines.ts'

/** Prints a result for human readers: expectations, the figures by path, then failures, verdicts and the digest. */
export const runTable = {
  meaning: 'print a table',
  each(given, { reproduce, packets, isOnly, screen, tolerances }) {
    const result = visibleIn(given)
    const parts = [
      hangingLines(headline(result), screen),
      judgedLines(judgements(result, tolerances), screen),
      workloads(result.workloads, screen),
      instances(result, screen),
      failureLines(result).flatMap((line) => hangingLines(line, screen)),
      verdictLines(result.verdicts, packets, screen),
      [...hangingLines(identity(result), screen), ...commandLines('reproduce: ', reproduce, screen)],
    ]
    const text = parts.flatMap((lines) => (lines.length === 0 ? [] : [lines.join('\n')])).join('\n\n')
    return `${text}\n${isOnly ? '' : '\n'}`
  },
} satisfies RunFormat

function headline(result: Result): string {
  const paths = new Set(result.workloads.map((workload) => workload.path)).size
  const cut = { finished: '', duration: ' (ended by duration)', interrupted: ' (interrupted, partial result)' }[
    result.ended
  ]
  const counts = `${formatCount(result.workloads.length, 'workload')} on ${formatCount(paths, 'path')}`
  return `${result.scenario}: ${counts}, ${formatSpan(result.simulatedNs)} simulated${cut}, ${formatCount(result.packets, 'packet')}`
}

const HEAD = heads('path', 'set-up ms', 'p50 ms', 'p95 ms', 'p99 ms', 'Mbps', 'wire/body', 'done')

/** Returns the table of workloads. A line above the workloads of each path describes the path. */
function workloads(results: readonly WorkloadResult[], screen: Screen): string[] {
  const paths = [...new Set(results.map((workload) => workload.path))]
  const sorted = paths.flatMap((path) => results.filter((workload) => workload.path === path))
  const { head, rows } = tableLines(
    { head: HEAD, rows: sorted.map(workloadRow), wordColumns: 1, keyColumns: 1 },
    screen,
  )
  const below = sorted.flatMap((workload, i) =>
    workload.path === sorted[i - 1]?.path ? rows[i] : [...hangingLines(describePath(workload), screen), ...rows[i]],
  )
  return [...head, ...below]
}

function instances({ instances: rows = [] }: Result, screen: Screen): string[] {
  return rows.length === 0 ? [] : ['each instance', ...workloads(rows, screen)]
}

function describePath({ path, medium, protection, tunnelSetupMs }: WorkloadResult): string {
  const tunnel = tunnelSetupMs === null ? '' : `, tunnel set up in ${formatNumber(tunnelSetupMs)} ms`
  return `${path}: ${medium}, ${protection}${tunnel}`
}

function workloadRow(workload: WorkloadResult): string[] {
  const { name, setupMs, latencyMs, throughputMbps } = workload
  const figures = [setupMs, latencyMs.p50, latencyMs.p95, latencyMs.p99, throughputMbps, wireBytesPerBodyByte(workload)]
  return [`  ${name}`, ...figures.map(formatNumber), doneText(workload)]
}

function judgements({ expectations }: Result, tolerances: readonly Tolerance[]): Judged[] {
  const open = [...tolerances]
  const judgementOf = (met: boolean) => (met ? 'met' : open.shift()?.isAccepted === true ? 'accepted' : 'unmet')
  return expectations.map(({ expect, met, measured }) => ({
    expect,
    judgement: judgementOf(met),
    measured: rounded(measured, expect),
  }))
}

/** Rounds a measured value to four digits, unless it would then equal the bound. */
function rounded(measured: string, expect: string): string {
  const [, number, unit] = /^(\d+\.\d+)([A-Za-z]+)$/.exec(measured) ?? []
  if (number === undefined) return measured
  const text = formatFourDigits(Number(number))
  return expect.includes(text) ? measured : `${text}${unit}`
}

function identity(result: Result): string {
  return `seed ${result.seed}   digest ${result.digest}   traffic ${result.trafficDigest}`
}
