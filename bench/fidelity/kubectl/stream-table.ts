import { stringify } from 'csv-stringify/sync'
import { formatChange, formatNumber } from '../../../src/report/format-number.ts'
import { PLAIN_SCREEN } from '../../../src/report/screen/screen.ts'
import { tableText } from '../../../src/report/screen/table.ts'
import { errorOf, type StreamJudgement } from './judge-stream.ts'
import { nameOfStream } from './stream-cell.ts'

/** Returns a table with a line for each figure that is not within its bound, and for each cell how many are. */
export function streamTable(judgements: readonly StreamJudgement[]): string {
  const rows = judgements.flatMap((judgement): string[][] => {
    const name = nameOfStream(judgement.cell)
    if (judgement.kind !== 'compared') return [[judgement.kind, name, judgement.reason.slice(0, 60), '', '', '', '']]
    const { figures } = judgement
    const within = figures.filter(({ outcome }) => outcome === 'within').length
    const others = figures.filter(({ outcome }) => outcome !== 'within')
    return [
      [within === figures.length ? 'within' : '', name, `${within} of ${figures.length}`, '', '', '', ''],
      ...others.map((figure) => [
        ...[figure.outcome, '', figure.metric, formatNumber(figure.measured.median), formatNumber(figure.predicted)],
        ...[formatChange(errorOf(figure) * 100), `${formatNumber(figure.low)} to ${formatNumber(figure.high)}`],
      ]),
    ]
  })
  const head = ['outcome', 'cell', 'figure', 'measured', 'predicted', 'error', 'allowed']
  return tableText({ head, rows, wordColumns: 3, keyColumns: 3 }, PLAIN_SCREEN)
}

/** Returns a line with the number of figures by outcome. */
export function streamSummary(judgements: readonly StreamJudgement[]): string {
  const figures = judgements.flatMap((judgement) => (judgement.kind === 'compared' ? judgement.figures : []))
  const count = (wanted: string) => figures.filter(({ outcome }) => outcome === wanted).length
  const cells = (wanted: string) => judgements.filter(({ kind }) => kind === wanted).length
  const ofFigures = ['within', 'documented', 'outside'].map((outcome) => `${count(outcome)} ${outcome}`).join(', ')
  return `kubectl: ${judgements.length} cells, ${cells('not modelled')} not modelled, ${cells('failed')} failed; figures: ${ofFigures}`
}

const CSV_HEAD = [
  ...['what', 'protocol', 'oneway_us', 'rate_mbps', 'queue', 'cc', 'rtt_ms', 'bytes', 'metric', 'repetitions'],
  ...['measured', 'allowed_low', 'allowed_high', 'predicted', 'error_percent', 'outcome', 'reason'],
]

/** Returns CSV with a line for each figure. */
export function writeStreamCsv(judgements: readonly StreamJudgement[]): string {
  const rows = judgements.flatMap((judgement) => {
    const { what, protocol, onewayUs, rateMbps, queuePackets, cc, rttMs, bytes } = judgement.cell
    const about = [what, protocol, onewayUs, rateMbps, queuePackets, cc, rttMs, bytes]
    if (judgement.kind !== 'compared') return [[...about, ...Array(7).fill(''), judgement.kind, judgement.reason]]
    return judgement.figures.map((figure) => {
      const { metric, measured, low, high, predicted, outcome } = figure
      const error = (errorOf(figure) * 100).toFixed(2)
      return [
        ...about,
        metric,
        measured.repetitions,
        ...[measured.median, low, high, predicted].map(short),
        error,
        outcome,
        '',
      ]
    })
  })
  return stringify([CSV_HEAD, ...rows])
}

/** Rounds a value to as many digits as the measurements have. */
function short(value: number): number {
  return Number(value.toPrecision(6))
}
