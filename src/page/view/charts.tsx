import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { jump } from '../clock.ts'
import type { ChartLine, ChartView } from '../protocol.ts'
import { isPlaying, lengthNs, nowNs } from '../state.ts'
import { Term } from './terms.tsx'

const NS_PER_S = 1e9
const HEIGHT = 170

/** Figures over time, one below the other, with the moment that the clock shows. A click goes to a moment. */
export function Charts({ charts }: { readonly charts: readonly ChartView[] }) {
  return (
    <div class="charts">
      {charts.map((chart) => (
        <Chart key={chart.title} chart={chart} />
      ))}
    </div>
  )
}

function Chart({ chart }: { readonly chart: ChartView }) {
  const host = useRef<HTMLDivElement>(null)
  const { title, unit, lines } = chart
  useEffect(() => {
    const { current } = host
    return current === null || lines.length === 0 ? undefined : plot(current, chart)
  }, [chart])
  return (
    <figure>
      <figcaption>
        <Term word={title} meaning={chart.meaning} />
        {`, ${unit}`}
      </figcaption>
      {lines.length === 0 ? (
        <p class="note">Nothing to show on this path.</p>
      ) : (
        <div ref={host} role="group" aria-label={`${title} over time`} />
      )}
    </figure>
  )
}

/** Draws a figure, and keeps it in step with the clock and the width. Returns what takes it away. */
function plot(host: HTMLElement, { lines }: ChartView): () => void {
  const styles = getComputedStyle(host)
  const colorOf = (name: string) => styles.getPropertyValue(`--${name}`).trim()
  const axis = { stroke: colorOf('muted'), grid: { stroke: colorOf('line'), width: 1 }, ticks: { show: false } }
  const chart = new uPlot(
    {
      width: Math.max(300, host.clientWidth),
      height: HEIGHT,
      scales: { x: { time: false, range: [0, lengthNs.peek() / NS_PER_S] } },
      cursor: { sync: { key: 'clock' }, drag: { x: false, y: false } },
      axes: [{ ...axis, values: (_, ticks) => ticks.map((s) => `${s} s`) }, axis],
      series: [
        { label: 'at', value: (_, s) => (s === null ? '–' : `${s.toFixed(6)} s`) },
        ...lines.map(({ name }, i) => ({
          label: name,
          stroke: colorOf(`series-${i + 1}`),
          width: 1.5,
          points: { show: false },
          spanGaps: true,
        })),
      ],
      hooks: { draw: [(own) => drawNow(own, colorOf('bad'))] },
    },
    alignedData(lines),
    host,
  )
  chart.over.addEventListener('click', () => {
    const { left = -1 } = chart.cursor
    if (left < 0) return
    isPlaying.value = false
    jump(chart.posToVal(left, 'x') * NS_PER_S)
  })
  const stop = effect(() => {
    void nowNs.value
    chart.redraw(false)
  })
  const resize = new ResizeObserver(() => {
    if (host.clientWidth > 0 && host.clientWidth !== chart.width)
      chart.setSize({ width: host.clientWidth, height: HEIGHT })
  })
  resize.observe(host)
  return () => {
    resize.disconnect()
    stop()
    chart.destroy()
  }
}

function alignedData(lines: readonly ChartLine[]): uPlot.AlignedData {
  const tables = lines.map(
    ({ ticksNs, values }): uPlot.AlignedData => [
      Array.from(ticksNs, (ns) => ns / NS_PER_S),
      Array.from(values, (value) => (Number.isFinite(value) ? value : null)),
    ],
  )
  return tables.length === 1 ? tables[0] : uPlot.join(tables)
}

/** Draws the moment that the clock shows. */
function drawNow({ ctx, bbox, valToPos }: uPlot, color: string): void {
  const x = Math.round(valToPos(nowNs.peek() / NS_PER_S, 'x', true))
  ctx.save()
  ctx.fillStyle = color
  ctx.fillRect(x - 1, bbox.top, 2, bbox.height)
  ctx.restore()
}
