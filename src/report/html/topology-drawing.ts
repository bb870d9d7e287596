import { Graph, layout } from '@dagrejs/dagre'
import { formatCount } from '../format-number.ts'
import type { EdgeView, PlacedAttacker, VertexView } from '../view/topology-graph.ts'
import type { TopologyView } from '../view/topology-view.ts'
import { type Html, html } from './html.ts'

const LINE = 17
const PADDING = 10
const MARGIN = 12
/** The mean width of a character of names and of figures, in pixels. */
const CHARACTER = { name: 7.6, figures: 6.4 }
const MOST_CHARACTERS = 30

/** A vertex or the label of an edge: lines of text in a box. */
interface Box {
  readonly lines: readonly BoxLine[]
  readonly width: number
  readonly height: number
}

interface BoxLine {
  readonly text: string
  readonly className: string
}

interface Point {
  readonly x: number
  readonly y: number
}

/** Draws the network as SVG: hosts and segments as boxes, links as lines with their figures, attackers where they sit. */
export function topologyDrawing(topology: TopologyView): Html {
  const { parts, width, height } = placed(connectedParts(topology).map(layOut))
  const title = `The network: ${formatCount(topology.hosts, 'host')}, ${formatCount(topology.edges.length, 'connection')}. The table of paths below says the same in words.`
  return html`<svg class="topology" viewBox="0 0 ${width} ${height}" style="--natural:${width}px" role="img" aria-label="${title}">
${parts.map(({ x, y, drawing }) => html`<g transform="translate(${x} ${y})">${drawing}</g>`)}
</svg>`
}

/** A part of the network that is connected, drawn. */
interface Drawn {
  readonly drawing: Html
  readonly width: number
  readonly height: number
}

type Network = Pick<TopologyView, 'vertices' | 'edges'>

/** Returns the connected parts of a network, in the order of their first vertices. */
function connectedParts({ vertices, edges }: Network): Network[] {
  const part = new Map(vertices.map(({ id }) => [id, id]))
  const rootOf = (id: string): string => {
    const above = part.get(id) ?? id
    return above === id ? id : rootOf(above)
  }
  for (const { from, to } of edges) part.set(rootOf(to), rootOf(from))
  return [...new Set(vertices.map(({ id }) => rootOf(id)))].map((root) => ({
    vertices: vertices.filter(({ id }) => rootOf(id) === root),
    edges: edges.filter(({ from }) => rootOf(from) === root),
  }))
}

function layOut({ vertices, edges }: Network): Drawn {
  const graph = new Graph({ directed: true, multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 20, ranksep: 60, edgesep: 12, marginx: MARGIN, marginy: MARGIN })
  for (const vertex of vertices) graph.setNode(vertex.id, { ...sizeOf(vertexBox(vertex)) })
  for (const [i, edge] of edges.entries()) {
    const { width, height } = sizeOf(edgeBox(edge))
    graph.setEdge(edge.from, edge.to, { width, height, labelpos: 'c', minlen: 1 }, String(i))
  }
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  const places = new Map(vertices.map(({ id }) => [id, placeOf(graph.node(id))]))
  const labels = edges.map((edge, i) => graph.edge(edge.from, edge.to, String(i)))
  const columns = columnsOf([...vertices.map((one) => graph.node(one.id)), ...labels])
  const routeOf = ({ from, to }: EdgeView, i: number) => [
    placeOf(places.get(from) ?? {}),
    ...pointsOf(labels[i]).slice(1, -1),
    placeOf(places.get(to) ?? {}),
  ]
  const drawing = html`${edges.map((edge, i) => edgeLine(edge, straightened(routeOf(edge, i), columns)))}
${vertices.map((vertex) => vertexShape(vertex, placeOf(graph.node(vertex.id))))}
${edges.map((edge, i) => edgeLabel(edge, placeOf(graph.edge(edge.from, edge.to, String(i)))))}`
  return { drawing, width: Math.ceil(width), height: Math.ceil(height) }
}

/** A vertex or the label of an edge that dagre has placed, by its middle. */
interface PlacedBox {
  readonly x?: number
  readonly width?: number
}

/** Returns half the width of the widest box of each column, by the middle of the column. */
function columnsOf(boxes: readonly PlacedBox[]): ReadonlyMap<number, number> {
  const columns = new Map<number, number>()
  for (const { x = 0, width = 0 } of boxes) columns.set(rounded(x), Math.max(columns.get(rounded(x)) ?? 0, width / 2))
  return columns
}

/**
 * Makes a line pass each column between its ends horizontally, so that it crosses other lines only between columns and
 * never passes behind the label of another one.
 */
function straightened(points: readonly Point[], columns: ReadonlyMap<number, number>): Point[] {
  return points.flatMap((point, i) => {
    if (i === 0 || i === points.length - 1) return [point]
    const half = columns.get(rounded(point.x)) ?? 0
    const forward = points[i + 1].x > points[i - 1].x ? half : -half
    return [
      { x: point.x - forward, y: point.y },
      { x: point.x + forward, y: point.y },
    ]
  })
}

/** The width up to which parts are put side by side. */
const ROW_WIDTH = 1050

/** Puts parts side by side, in rows. */
function placed(drawn: readonly Drawn[]) {
  let [x, y, rowHeight, width] = [0, 0, 0, 0]
  const parts = drawn.map((one) => {
    if (x > 0 && x + one.width > ROW_WIDTH) [x, y, rowHeight] = [0, y + rowHeight, 0]
    const at = { x, y, drawing: one.drawing }
    x += one.width
    width = Math.max(width, x)
    rowHeight = Math.max(rowHeight, one.height)
    return at
  })
  return { parts, width, height: y + rowHeight }
}

function sizeOf({ width, height }: Box): { width: number; height: number } {
  return { width, height }
}

function pointsOf({ points = [] }: { readonly points?: readonly Point[] }): readonly Point[] {
  return points
}

function placeOf({ x = 0, y = 0 }: { readonly x?: number; readonly y?: number }): Point {
  return { x, y }
}

function boxOf(lines: readonly BoxLine[]): Box {
  const widths = lines.map(
    ({ text, className }) => text.length * CHARACTER[className === 'figures' ? 'figures' : 'name'],
  )
  return { lines, width: Math.max(0, ...widths) + 2 * PADDING, height: lines.length * LINE + PADDING }
}

function vertexBox({ names, role, figures, attackers }: VertexView): Box {
  const [first] = names
  const title = names.length === 1 ? first : `${first} and ${names.length - 1} alike`
  return boxOf([
    { text: shortened(title), className: 'name' },
    ...[...(role === '' ? [] : [role]), ...figures].map((text) => ({ text: shortened(text), className: 'figures' })),
    ...attackerLines(attackers),
  ])
}

function edgeBox({ names, figures, attackers, broken }: EdgeView): Box {
  const lines = [
    ...figures.map((text) => ({ text: shortened(text), className: 'figures' })),
    ...(names.length > 1 ? [{ text: `${names.length} links alike`, className: 'figures' }] : []),
    ...(broken === null || figures.length === 0 ? [] : [{ text: `✕ ${broken}`, className: 'broken' }]),
    ...attackerLines(attackers),
  ]
  return lines.length === 0 ? { lines, width: 10, height: 10 } : boxOf(lines)
}

function attackerLines(attackers: readonly PlacedAttacker[]): BoxLine[] {
  const shown = attackers.length <= 3 ? attackers : attackers.slice(0, 2)
  const rest = attackers.length - shown.length
  return [
    ...shown.map(({ name, vantage }) => ({ text: `☠ ${shortened(name)} (${vantage})`, className: 'attacker' })),
    ...(rest > 0 ? [{ text: `☠ and ${rest} more`, className: 'attacker' }] : []),
  ]
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`
}

function vertexShape(vertex: VertexView, { x, y }: Point): Html {
  const box = vertexBox(vertex)
  const { width, height } = box
  const [left, top] = [x - width / 2, y - height / 2]
  const stack = vertex.names.length > 1 && [6, 3].map((by) => frame(left + by, top - by, width, height, vertex))
  return html`<g><title>${namesText(vertex.names)}</title>${stack}${frame(left, top, width, height, vertex)}${textLines(box, x, y)}</g>`
}

function frame(left: number, top: number, width: number, height: number, { kind, attackers }: VertexView): Html {
  const className = `${kind}${attackers.length > 0 ? ' attacked' : ''}`
  const radius = kind === 'segment' ? 18 : 6
  return html`<rect class="${className}" x="${rounded(left)}" y="${rounded(top)}" width="${rounded(width)}" height="${rounded(height)}" rx="${rounded(radius)}"></rect>`
}

/** The most names in the hint of a vertex. */
const MOST_NAMES = 20

function namesText(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES
  return names.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function edgeLine({ level }: EdgeView, points: readonly Point[]): Html {
  const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join('')
  return html`<path class="link${level === null ? '' : ` ${level}`}" d="${path}"></path>`
}

function edgeLabel(edge: EdgeView, { x, y }: Point): Html | null {
  const box = edgeBox(edge)
  if (box.lines.length === 0) return null
  // Without the padding, so that more of the line is seen.
  const [width, height] = [box.width - 2 * PADDING, box.height - PADDING]
  const ground = html`<rect x="${rounded(x - width / 2)}" y="${rounded(y - height / 2)}" width="${rounded(width)}" height="${rounded(height)}"></rect>`
  return html`<g class="label"><title>${namesText(edge.names)}</title>${ground}${textLines(box, x, y)}</g>`
}

function textLines({ lines }: Box, x: number, y: number): Html[] {
  const first = y - ((lines.length - 1) * LINE) / 2
  return lines.map(
    ({ text, className }, i) =>
      html`<text class="${className}" x="${rounded(x)}" y="${rounded(first + i * LINE)}">${text}</text>`,
  )
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
