import { effect, type Signal, useComputed, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { MARKS } from '../../packets/playback/playback.ts'
import { networkDrawing } from '../../report/html/topology-drawing.ts'
import type { EdgeView, PlacedAttacker, VertexView } from '../../report/view/topology-graph.ts'
import type { TopologyLayout, TopologyPart } from '../../report/view/topology-layout.ts'
import { moveAttacker, select } from '../actions.ts'
import { leastSeenNs, movingPackets } from '../clock.ts'
import type { GainView, LoadedView, Place, RunView } from '../protocol.ts'
import { fixPart, notReady, nowNs, openGains, place } from '../state.ts'
import { pathOf, pointAt, routesOf } from './geometry.ts'

interface TopologyProps {
  readonly loaded: LoadedView
  readonly ran: RunView | null
  readonly label: string
}

/** The network: places for attackers, and packets that move along links in simulated time. */
export function Topology({ loaded, ran, label }: TopologyProps) {
  const gains = openGains.value
  const layout = useMemo(() => withHarm(loaded.topology, ran, gains), [loaded, ran, gains])
  const drawing = useMemo(() => ({ __html: networkDrawing(layout).toString() }), [layout])
  const { width, height } = layout
  const dragged = useSignal<Dragged | null>(null)
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => showAttacker(frame.current), [loaded.name])
  return (
    <div class="stage" ref={frame} tabIndex={0} role="region" aria-label={label}>
      <svg
        class="topology"
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="group"
        aria-label="Hosts and links"
      >
        <g dangerouslySetInnerHTML={drawing} />
        <NotReady layout={layout} />
        <Packets ran={ran} layout={layout} />
        {layout.parts.map((part) => (
          <Spots key={`${part.x} ${part.y}`} part={part} dragged={dragged} />
        ))}
      </svg>
      <DraggedBadge dragged={dragged} />
    </div>
  )
}

/** Marks the nodes that are NotReady at the moment that is shown. */
function NotReady({ layout }: { readonly layout: TopologyLayout }) {
  return (
    <>
      {layout.parts.flatMap((part) =>
        part.vertices.flatMap(({ vertex, box, x, y }) => {
          const text = notReadyText(vertex)
          if (text === null) return []
          const [left, top] = [part.x + x - box.width / 2, part.y + y - box.height / 2]
          return (
            <g key={vertex.id} class="not-ready">
              <rect x={left} y={top} width={box.width} height={box.height} rx={6} />
              <text x={part.x + x} y={top - 11}>
                {text}
              </text>
            </g>
          )
        }),
      )}
    </>
  )
}

/** Returns the words for the hosts of a vertex that are NotReady now; null if none is. */
function notReadyText({ kind, names }: VertexView): string | null {
  const down = new Set(notReady.value.split('\n'))
  const count = kind === 'host' ? names.filter((name) => down.has(name)).length : 0
  if (count === 0) return null
  return names.length === 1 ? 'NotReady' : `${count} of ${names.length} NotReady`
}

/** The places of a part of the network, over its drawing. */
function Spots({ part, dragged }: { readonly part: TopologyPart; readonly dragged: DraggedSignal }) {
  return (
    <g transform={`translate(${part.x} ${part.y})`}>
      {part.edges.map(({ edge, points, label: { box, x, y } }) =>
        edge.names.length === 0 ? null : (
          <Spot
            key={edge.names[0]}
            at={placeOfEdge(edge)}
            text={withGains(edgeText(edge), gainsAt(openGains.value, 'link', edge.names))}
            isBroken={edge.names.some((name) => fixPart.value?.brokenMedia.includes(name) === true)}
            attackers={edge.attackers}
            dragged={dragged}
          >
            <path class="hit" d={pathOf({ points })} />
            <rect
              class="hit"
              x={x - box.width / 2}
              y={y - box.height / 2}
              width={box.width}
              height={box.height}
              rx={6}
            />
          </Spot>
        ),
      )}
      {part.vertices.map(({ vertex, box, x, y }) => (
        <Spot
          key={vertex.id}
          at={placeOfVertex(vertex)}
          text={withGains(vertexText(vertex), gainsAt(openGains.value, vertex.kind, vertex.names))}
          isBroken={fixPart.value?.brokenMedia.some((medium) => isPortOf(vertex, medium)) === true}
          attackers={vertex.attackers}
          dragged={dragged}
        >
          <rect class="hit" x={x - box.width / 2} y={y - box.height / 2} width={box.width} height={box.height} rx={6} />
        </Spot>
      ))}
    </g>
  )
}

/** An attacker on its way to another place. */
interface Dragged {
  readonly name: string
  readonly x: number
  readonly y: number
}

type DraggedSignal = Signal<Dragged | null>

interface SpotProps {
  readonly at: Place
  readonly text: string
  /** True where something fails with the changes that are ticked. */
  readonly isBroken: boolean
  readonly attackers: readonly PlacedAttacker[]
  readonly dragged: DraggedSignal
  readonly children: preact.ComponentChildren
}

/** A place that can be selected, and on which an attacker can be dropped. */
function Spot({ at, text, isBroken, attackers, dragged, children }: SpotProps) {
  const isChosen = useComputed(() => place.value?.kind === at.kind && place.value.name === at.name)
  const choose = () => select(isChosen.value ? null : at)
  const [attacker] = attackers
  const begin = (event: PointerEvent) => {
    if (attacker === undefined || event.button !== 0) return
    startDrag(event, attacker.name, dragged)
  }
  return (
    <g
      class={`spot${isChosen.value ? ' chosen' : ''}${isBroken ? ' broken' : ''}${attacker === undefined ? '' : ' held'}`}
      role="button"
      tabindex={0}
      aria-label={text}
      aria-pressed={isChosen.value}
      data-place={`${at.kind} ${at.name}`}
      onClick={choose}
      onPointerDown={begin}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        event.stopPropagation()
        choose()
      }}
    >
      <title>{text}</title>
      {children}
    </g>
  )
}

/** The distance after which a press is a drag, in pixels. */
const LEAST_DRAG = 6

function startDrag(event: PointerEvent, name: string, dragged: DraggedSignal): void {
  const { clientX, clientY } = event
  const move = (moved: PointerEvent) => {
    if (dragged.value === null && Math.hypot(moved.clientX - clientX, moved.clientY - clientY) < LEAST_DRAG) return
    dragged.value = { name, x: moved.clientX, y: moved.clientY }
  }
  const end = (ended: PointerEvent) => {
    removeEventListener('pointermove', move)
    removeEventListener('pointerup', end)
    removeEventListener('pointercancel', end)
    if (dragged.value === null) return
    dragged.value = null
    const [target] = document.elementsFromPoint(ended.clientX, ended.clientY).flatMap((element) => {
      const found = element.closest<SVGElement>('[data-place]')?.dataset.place
      return found === undefined ? [] : [found]
    })
    // The click that follows a drag selects nothing.
    addEventListener('click', (click) => click.stopPropagation(), { capture: true, once: true })
    setTimeout(() => document.body.click())
    if (ended.type === 'pointerup' && target !== undefined) moveAttacker(name, placeOf(target))
  }
  addEventListener('pointermove', move)
  addEventListener('pointerup', end)
  addEventListener('pointercancel', end)
}

function placeOf(written: string): Place {
  const [kind, ...name] = written.split(' ')
  return { kind: kind as Place['kind'], name: name.join(' ') }
}

function DraggedBadge({ dragged }: { readonly dragged: DraggedSignal }) {
  const { value } = dragged
  if (value === null) return null
  return (
    <div class="dragged" style={{ left: `${value.x}px`, top: `${value.y}px` }} aria-hidden="true">
      ☠ {value.name}
    </div>
  )
}

/** The packets that are on their way now. Circles are moved without drawing anything else anew. */
function Packets({ ran, layout }: { readonly ran: RunView | null; readonly layout: TopologyLayout }) {
  const group = useRef<SVGGElement>(null)
  useEffect(() => {
    const { current } = group
    if (current === null || ran === null) return
    const { playback } = ran
    const routes = routesOf(playback, layout)
    const circles: SVGCircleElement[] = []
    const stop = effect(() => {
      const moving = movingPackets(playback, nowNs.value, leastSeenNs())
      let used = 0
      for (const { index, share, isLost } of moving) {
        const route = routes[playback.packets.direction[index]]
        if (route === null) continue
        const circle = circles[used] ?? current.appendChild(circleIn(circles))
        const { x, y } = pointAt(route, share)
        circle.setAttribute('cx', x.toFixed(1))
        circle.setAttribute('cy', y.toFixed(1))
        circle.setAttribute('class', `packet ${classOf(playback.packets.marks[index], isLost)}`)
        used++
      }
      for (const circle of circles.splice(used)) circle.remove()
    })
    return () => {
      stop()
      current.replaceChildren()
    }
  }, [ran, layout])
  return <g class="packets" ref={group} aria-hidden="true" />
}

function circleIn(circles: SVGCircleElement[]): SVGCircleElement {
  const circle = document.createElementNS('http://www.w3.org/2000/svg', 'circle')
  circle.setAttribute('r', '4')
  circles.push(circle)
  return circle
}

function classOf(marks: number, isLost: boolean): string {
  if ((marks & (MARKS.forged | MARKS.altered)) !== 0) return 'forged'
  if (isLost) return 'lost'
  if ((marks & MARKS.opening) !== 0) return 'opening'
  return (marks & MARKS.data) === 0 ? 'bare' : 'data'
}

/** Returns the drawing with the harm of a run, and the findings of a check, on its links; nothing moves. */
function withHarm(layout: TopologyLayout, ran: RunView | null, gains: readonly GainView[]): TopologyLayout {
  if (ran === null && gains.length === 0) return layout
  const parts = layout.parts.map((part) => ({
    ...part,
    edges: part.edges.map((placed) => {
      const { edge } = placed
      const keys = edge.names.length === 0 ? [`${edge.from} ${edge.to}`] : edge.names
      const [harm] = keys.flatMap((key) => ran?.harm[key] ?? [])
      const [found] = gainsAt(gains, 'link', edge.names).flatMap(({ outcomes }) => outcomes)
      const level = found?.level ?? harm?.level
      return level === undefined ? placed : { ...placed, edge: { ...edge, level } }
    }),
  }))
  return { ...layout, parts }
}

/** Returns what attackers at a place gain. */
function gainsAt(gains: readonly GainView[], kind: Place['kind'], names: readonly string[]): readonly GainView[] {
  return gains.filter(({ places }) => places.some((one) => one.kind === kind && names.includes(one.name)))
}

function placeOfEdge({ names }: EdgeView): Place {
  return { kind: 'link', name: names[0] }
}

function placeOfVertex({ kind, names }: VertexView): Place {
  return { kind, name: names[0] }
}

function edgeText({ names, figures, attackers }: EdgeView): string {
  const more = names.length > 1 ? ` and ${names.length - 1} alike` : ''
  return `link ${names[0]}${more}: ${[...figures, ...attackers.map(attackerText)].join(', ')}`
}

function vertexText(vertex: VertexView): string {
  const { kind, names, role, attackers } = vertex
  const more = names.length > 1 ? ` and ${names.length - 1} alike` : ''
  const what = role === '' || role === kind ? kind : role
  const state = notReadyText(vertex)
  return [`${what} ${names[0]}${more}`, ...(state === null ? [] : [state]), ...attackers.map(attackerText)].join(': ')
}

function withGains(text: string, gains: readonly GainView[]): string {
  return gains.length === 0 ? text : `${text}; ${gains.length} ${gains.length === 1 ? 'finding' : 'findings'}`
}

/** Returns whether a medium such as `lan/node-1` is a port of a segment. */
function isPortOf({ kind, names }: VertexView, medium: string): boolean {
  return kind === 'segment' && names.some((name) => medium.startsWith(`${name}/`))
}

function attackerText({ name, vantage }: PlacedAttacker): string {
  return `attacker ${name}, ${vantage}`
}

/** Brings the first attacker into view on a narrow screen. */
function showAttacker(frame: HTMLElement | null): void {
  if (frame === null || frame.scrollWidth <= frame.clientWidth) return
  const held = frame.querySelector('.held')
  if (held === null) return
  const [outer, inner] = [frame.getBoundingClientRect(), held.getBoundingClientRect()]
  frame.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2
}
