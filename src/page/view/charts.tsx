import { instantText, shortNumber } from '../../report/view/texts.ts'
import { jump } from '../clock.ts'
import type { ChartLine, ChartView } from '../protocol.ts'
import { isPlaying, lengthNs, nowNs } from '../state.ts'

/** The size of a chart and of the field in it, in its own coordinates. */
const WIDTH = 520
const HEIGHT = 170
const FIELD = { left: 48, right: 510, top: 10, bottom: 146 }

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

function Chart({ chart: { title, unit, lines } }: { readonly chart: ChartView }) {
  const most = lines.reduce((high, { values }) => Math.max(high, highest(values)), 0)
  return (
    <figure>
      <figcaption>{`${title}, ${unit}`}</figcaption>
      {lines.length === 0 ? (
        <p class="note">Nothing to show on this path.</p>
      ) : (
        <>
          <Field title={`${title}, up to ${shortNumber(most)} ${unit}`} lines={lines} most={most} />
          <ul class="legend">
            {lines.map(({ name }, i) => (
              <li key={name}>
                <span class={`key line-${i + 1}`} />
                {name}
              </li>
            ))}
          </ul>
        </>
      )}
    </figure>
  )
}

interface FieldProps {
  readonly title: string
  readonly lines: readonly ChartLine[]
  readonly most: number
}

function Field({ title, lines, most }: FieldProps) {
  const { left, right, top, bottom } = FIELD
  const goTo = (event: MouseEvent & { readonly currentTarget: SVGSVGElement }) => {
    const box = event.currentTarget.getBoundingClientRect()
    const x = ((event.clientX - box.left) / box.width) * WIDTH
    isPlaying.value = false
    jump(((x - left) / (right - left)) * lengthNs.value)
  }
  return (
    // The slider of the clock does the same with the keyboard.
    <svg class="over-time" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title} onPointerUp={goTo}>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line class="grid" x1={left} x2={right} y1={yAt(share)} y2={yAt(share)} />
          <text class="value" x={left - 6} y={yAt(share) + 4}>
            {shortNumber(share * most)}
          </text>
          <text class={`instant at-${share * 2}`} x={left + share * (right - left)} y={HEIGHT - 6}>
            {instantText(share * lengthNs.value)}
          </text>
        </g>
      ))}
      {lines.map((line, i) => (
        <path key={line.name} class={`line-${i + 1}`} d={pathOf(line, most)} />
      ))}
      <NowLine top={top} bottom={bottom} />
    </svg>
  )
}

function NowLine({ top, bottom }: { readonly top: number; readonly bottom: number }) {
  const x = xAt(nowNs.value)
  return <line class="moment" x1={x} x2={x} y1={top} y2={bottom} />
}

function xAt(ns: number): number {
  return FIELD.left + (ns / lengthNs.value) * (FIELD.right - FIELD.left)
}

function yAt(share: number): number {
  return FIELD.bottom - share * (FIELD.bottom - FIELD.top)
}

/** Returns a line that keeps each value until the next one, with gaps where there is none. */
function pathOf({ ticksNs, values }: ChartLine, most: number): string {
  let isOpen = false
  return Array.from(values, (value, i) => {
    const wasOpen = isOpen
    isOpen = Number.isFinite(value)
    if (!isOpen) return ''
    const [x, y] = [xAt(ticksNs[i]).toFixed(1), yAt(value / most).toFixed(1)]
    return wasOpen ? `H${x}V${y}` : `M${x} ${y}h0.5`
  }).join('')
}

function highest(values: Float64Array): number {
  return values.reduce((most, value) => (Number.isFinite(value) && value > most ? value : most), 0)
}
