import type { Tolerance } from '../../measure/judge-acceptance.ts'
import type { Result, WorkloadResult } from '../../measure/result.ts'
import { visibleIn } from '../../scenario/problems/visible.ts'
import { formatCount, formatFourDigits, formatNumber, formatSpan } from '../format-number.ts'
import { plainTable } from '../plain-table.ts'
import { doneText, failureLines, wireBytesPerBodyByte } from './requests.ts'
import type { RunFormat } from './run-format.ts'
import { verdictLines } from './verdict-lines.ts'

/** Prints a result for people: the figures by path, then failures, verdicts, expectations and the digest. */
export const runTable = {
  meaning: 'print a table',
  each(given, { reproduce, isOnly, hasColor, tolerances }) {
    const result = visibleIn(given)
    const parts = [
      headline(result),
      workloads(result.workloads, hasColor),
      instances(result, hasColor),
      failureLines(result).join('\n'),
      verdictLines(result.verdicts, hasColor),
      expectations(result, tolerances),
      identity(result),
    ]
    return `${parts.filter((part) => part !== '').join('\n\n')}\nreproduce: ${reproduce}\n${isOnly ? '' : '\n'}`
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

const HEAD = ['path', 'set-up ms', 'p50 ms', 'p95 ms', 'p99 ms', 'Mbps', 'wire/body', 'done']

/** Returns the table of workloads, with a line above the workloads of each path that describes it. */
function workloads(results: readonly WorkloadResult[], hasColor: boolean): string {
  const paths = [...new Set(results.map((workload) => workload.path))]
  const sorted = paths.flatMap((path) => results.filter((workload) => workload.path === path))
  const [head, ...lines] = plainTable({ head: HEAD, rows: sorted.map(workloadRow), wordColumns: 1, hasColor })
  const below = sorted.flatMap((workload, i) =>
    workload.path === sorted[i - 1]?.path ? [lines[i]] : [describePath(workload), lines[i]],
  )
  return [head, ...below].join('\n')
}

function instances({ instances: rows = [] }: Result, hasColor: boolean): string {
  return rows.length === 0 ? '' : `each instance\n${workloads(rows, hasColor)}`
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

/** Returns a line for each expectation, with the measured value. */
function expectations(result: Result, tolerances: readonly Tolerance[]): string {
  if (result.expectations.length === 0) return ''
  const width = Math.max(...result.expectations.map(({ expect }) => expect.length))
  const open = [...tolerances]
  const word = (met: boolean) => {
    if (met) return 'met'
    return open.shift()?.isAccepted === true ? 'accepted' : 'NOT MET'
  }
  return result.expectations
    .map(({ expect, met, measured }) => `${word(met).padEnd(9)}${expect.padEnd(width)}  ${rounded(measured, expect)}`)
    .join('\n')
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
