import { useEffect, useState } from 'preact/hooks'
import { firstAfter, messageAt, type PlayedMessage } from '../../packets/playback/playback.ts'
import { instantText, shortNumber, spanText } from '../../report/view/texts.ts'
import { download, showCharts, showExpanded, showMatrix, stopHelp } from '../actions.ts'
import { jump } from '../clock.ts'
import type { ChartView, MatrixCellView } from '../protocol.ts'
import { charts, expanded, matrix, matrixBefore, nowNs, ran, terms, text } from '../state.ts'
import { hostText } from './host-text.ts'
import { Sequence } from './sequence.tsx'
import { Term, Words } from './terms.tsx'

/** Latency split by cause, as in the report, with the digest. */
export function Figures() {
  const { value } = ran
  if (value === null) return <p class="note">No run yet.</p>
  const { breakdown, workloads } = value
  return (
    <>
      <ul class="legend">
        {breakdown.parts.map(({ part }) => (
          <li key={part}>
            <span class={`key ${part}`} />
            <Term word={part} />
          </li>
        ))}
      </ul>
      <div class="scroll" tabIndex={0} role="region" aria-label="Latency by cause">
        <table>
          <LatencyHead />
          <tbody>
            {workloads.map(({ name, completed, failed, p50Ms }) => {
              const row = breakdown.rows.find(({ workload }) => workload === name)
              return (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{failed === 0 ? completed : `${completed}, ${failed} failed`}</td>
                  <td>{p50Ms === null ? '–' : `${shortNumber(p50Ms)} ms`}</td>
                  <td class="bars">
                    {row !== undefined && (
                      <Bar
                        partsNs={row.partsNs}
                        totalNs={row.totalNs}
                        parts={breakdown.parts.map(({ part }) => part)}
                      />
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      <p class="note digest">
        <Term word="seed" />
        {` ${seedOf()}   `}
        <Term word="digest" />
        {` ${value.digest}   traffic ${value.trafficDigest}: as onpath run prints them. ${value.packets} packets, ${value.events} events, ${spanText(value.simulatedNs)} simulated.`}
      </p>
      <div class="buttons">
        <button type="button" onClick={() => download('pcapng')}>
          Download pcapng
        </button>
        <button type="button" onClick={() => download('json')}>
          Download JSON
        </button>
      </div>
      <OverTime />
    </>
  )
}

function LatencyHead() {
  return (
    <thead>
      <tr>
        <th scope="col">
          <Term word="workload" />
        </th>
        <th scope="col">
          <Term word="done" />
        </th>
        <th scope="col">
          <Term word="p50 ms">median</Term>
        </th>
        <th scope="col">where the time went</th>
      </tr>
    </thead>
  )
}

/** Window, round trip, goodput and queue over time, of the connections of a path. */
function OverTime() {
  const { value } = charts
  const paths = [...new Set(ran.value?.workloads.map(({ path }) => path) ?? [])]
  const shown = value.kind === 'found' ? value.value.path : ''
  return (
    <section aria-label="Over time">
      <h2>Over time</h2>
      <label>
        <span class="key">Connections of the path</span>{' '}
        <select value={shown} onChange={({ currentTarget }) => showCharts(currentTarget.value)}>
          <option value="" disabled>
            choose
          </option>
          {paths.map((path) => (
            <option key={path}>{path}</option>
          ))}
        </select>
      </label>
      {value.kind === 'looking' && <p role="status">The run is sampled.</p>}
      {value.kind === 'failed' && <p>{value.message}</p>}
      {value.kind === 'found' && <Later charts={value.value.charts} />}
    </section>
  )
}

/** The charts, whose code is loaded when it is used. */
function Later({ charts: all }: { readonly charts: readonly ChartView[] }) {
  const [Charts, setCharts] = useState<typeof import('./charts.tsx').Charts | null>(null)
  useEffect(() => {
    void import('./charts.tsx').then((module) => setCharts(() => module.Charts))
  }, [])
  return Charts === null ? <p role="status">The charts are being loaded.</p> : <Charts charts={all} />
}

function seedOf(): string {
  return /^seed:\s*(\d+)/m.exec(text.value)?.[1] ?? '1'
}

interface BarProps {
  readonly partsNs: readonly number[]
  readonly totalNs: number
  readonly parts: readonly string[]
}

function Bar({ partsNs, totalNs, parts }: BarProps) {
  const percentOf = (ns: number) => (ns / totalNs) * 100
  const words = parts.flatMap((part, i) =>
    partsNs[i] === 0 ? [] : [`${part} ${shortNumber(percentOf(partsNs[i]))} %`],
  )
  let x = 0
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={words.join(', ')}>
      <title>{words.join(', ')}</title>
      {parts.map((part, i) => {
        const width = percentOf(partsNs[i])
        const from = x
        x += width
        return width === 0 ? null : <rect key={part} class={part} x={from} y={0} width={width} height={10} />
      })}
    </svg>
  )
}

/** The messages around the moment that is shown. A click goes to one. */
export function Messages() {
  const { value } = ran
  if (value === null) return <p class="note">No run yet.</p>
  const { messages, messagesLeftOut } = value.playback
  const now = nowNs.value
  const middle = firstAfter(messages.sentNs, now)
  const first = Math.max(0, middle - 9)
  const rows = Array.from({ length: Math.min(16, messages.sentNs.length - first) }, (_, i) => first + i)
  return (
    <>
      <Sequence messages={rows.map((row) => messageAt(messages, row))} now={now} />
      <ol class="lines messages">
        {rows.map((row) => (
          <Message key={row} message={messageAt(messages, row)} now={now} />
        ))}
      </ol>
      {messagesLeftOut > 0 && <p class="note">Later messages are simulated again when the clock goes there.</p>}
    </>
  )
}

function Message({ message, now }: { readonly message: PlayedMessage; readonly now: number }) {
  const { sentNs, from, to, layer, text: what, forgedBy, readBy } = message
  return (
    <li class={`${sentNs > now ? 'later' : ''} ${forgedBy === null ? '' : 'forged'}`}>
      <button type="button" class="plain" onClick={() => jump(sentNs)}>
        <span class="time">{instantText(sentNs)}</span>
        <span class="from">{`${hostText(from)} → ${hostText(to ?? 'lost')}`}</span>
        <span class="what">
          {layer === 'data' ? what : `${layer.toUpperCase()} ${what}`}
          {forgedBy !== null && ` (forged by ${forgedBy})`}
          {readBy.length > 0 && ` (seen by ${readBy.join(', ')})`}
        </span>
      </button>
    </li>
  )
}

/** The matrix of attacks, which is tried on request. */
export function Matrix() {
  const { value } = matrix
  if (value.kind === 'idle')
    return (
      <p>
        <button type="button" onClick={showMatrix}>
          Try every attack
        </button>
        <span class="note"> Each technique from each place against each path, in simulations of their own.</span>
      </p>
    )
  if (value.kind === 'failed') return <p>{value.message}</p>
  if (value.kind === 'looking')
    return (
      <p role="status">
        {`${value.ended} of ${value.of} simulations. `}
        <button type="button" onClick={stopHelp}>
          Stop
        </button>
      </p>
    )
  const { paths, rows } = value.value
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Matrix of attacks">
      <table class="outcomes">
        <thead>
          <tr>
            <td />
            {paths.map((path) => (
              <th key={path} scope="col">
                {path}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row">
                <Words text={name} />
              </th>
              {cells.map((cell, i) => (
                <td key={paths[i]} class={cell?.level ?? 'untried'} data-meaning={meaningOf(cell)}>
                  {movedText(cell, cellBefore(name, paths[i]))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Returns a cell of the matrix before the last change; null without one. */
function cellBefore(row: string, path: string): MatrixCellView | null {
  const { value } = matrixBefore
  const column = value?.paths.indexOf(path) ?? -1
  return value?.rows.find(({ name }) => name === row)?.cells[column] ?? null
}

function meaningOf(cell: MatrixCellView | null): string | undefined {
  const meaning = cell === null ? undefined : terms.value.get(cell.outcome)
  return meaning === undefined ? undefined : `${cell?.outcome}: ${meaning}`
}

function movedText(cell: MatrixCellView | null, before: MatrixCellView | null) {
  const now = cell?.outcome ?? '–'
  return before === null || before.outcome === now ? (
    now
  ) : (
    <>
      <del>{before.outcome}</del> <b>{now}</b>
    </>
  )
}

/** The scenario in which every default is written out. */
export function Expanded() {
  if (expanded.value === '') {
    showExpanded()
    return <p role="status">The scenario is being expanded.</p>
  }
  return (
    <pre class="scroll" tabIndex={0} role="region" aria-label="The expanded scenario">
      {expanded.value}
    </pre>
  )
}
