import { stringify } from 'csv-stringify/sync'
import type { Judgement } from './judge-cell.ts'
import { unitOf } from './measured-cell.ts'

const HEAD = [
  ...['kind', 'stack', 'oneway_us', 'rate_mbps', 'queue', 'loss', 'cc', 'rtt_ms', 'path', 'what', 'unit'],
  ...['repetitions', 'measured_q1', 'measured_median', 'measured_q3', 'compared_with', 'allowed_low', 'allowed_high'],
  ...['seeds', 'predicted_q1', 'predicted_median', 'predicted_q3', 'compared', 'error_percent', 'outcome', 'reason'],
]

/** Returns CSV with a line for each cell. `compared` and `compared_with` are medians, for ns-3 means. */
export function writeFidelityCsv(judgements: readonly Judgement[]): string {
  return stringify([HEAD, ...judgements.map(rowOf)])
}

function rowOf({ cell, kind, measured, expected, allowed, outcome }: Judgement): (string | number)[] {
  const { stack, onewayUs, rateMbps, queuePackets, loss, cc, rttMs, path, what, values } = cell
  return [
    ...[kind, stack, onewayUs, rateMbps, queuePackets, loss, cc, rttMs, path, what, unitOf(cell), values.length],
    ...[measured.lowerQuartile, measured.median, measured.upperQuartile, expected, allowed.low, allowed.high].map(
      short,
    ),
    ...('error' in outcome
      ? [
          outcome.seeds,
          ...[outcome.predicted.lowerQuartile, outcome.predicted.median, outcome.predicted.upperQuartile].map(short),
          short(outcome.compared),
          (outcome.error * 100).toFixed(2),
          outcome.kind,
          '',
        ]
      : ['', '', '', '', '', '', outcome.kind, outcome.reason]),
  ]
}

/** Rounds a value to as many digits as the measurements have. */
function short(value: number): number {
  return Number(value.toPrecision(6))
}
