import { Graph, layout } from '@dagrejs/dagre'
import type { EdgeView, PlacedAttacker, TopologyGraph, VertexView } from './topology-graph.ts'

/** The height of a line of text in pixels, the unit of all lengths here. */
export const LINE = 17
/** The space around the text of a box. */
export const PADDING = 10
const MARGIN = 12
/** The mean character width of names and of figures, in pixels. */
const CHARACTER = { name: 7.6, figures: 6.4 }
const MOST_CHARACTERS = 30

/** The places of hosts, segments and links in a drawing of the network, as plain numbers. */
export interface TopologyLayout {
  /** The connected parts of the network, side by side. Places in a part are relative to the part. */
  readonly parts: readonly TopologyPart[]
  readonly width: number
  readonly height: number
}

export interface TopologyPart {
  readonly x: number
  readonly y: number
  readonly vertices: readonly PlacedVertex[]
  readonly edges: readonly PlacedEdge[]
}

/** A vertex with the middle of its box. */
export interface PlacedVertex extends Point {
  readonly vertex: VertexView
  readonly box: Box
}

/** An edge with its line, and the middle of its label. */
export interface PlacedEdge {
  readonly edge: EdgeView
  readonly points: readonly Point[]
  readonly label: Point & { readonly box: Box }
}

/** A vertex or the label of an edge: lines of text in a box. */
export interface Box {
  readonly lines: readonly BoxLine[]
  readonly width: number
  readonly height: number
}

interface BoxLine {
  readonly text: string
  readonly className: string
}

export interface Point {
  readonly x: number
  readonly y: number
}

interface LaidOut extends Pick<TopologyPart, 'vertices' | 'edges'> {
  readonly width: number
  readonly height: number
}

/** Places the network for a drawing: layers from left to right. */
export function layOutTopology(topology: Network): TopologyLayout {
  return placed(connectedParts(topology).map(layOut))
}

type Network = Pick<TopologyGraph, 'vertices' | 'edges'>

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

function layOut({ vertices, edges }: Network): LaidOut {
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
  return {
    vertices: vertices.map((vertex) => ({ vertex, box: vertexBox(vertex), ...placeOf(graph.node(vertex.id)) })),
    edges: edges.map((edge, i) => ({
      edge,
      points: straightened(routeOf(edge, i), columns),
      label: { box: edgeBox(edge), ...placeOf(labels[i]) },
    })),
    width: Math.ceil(width),
    height: Math.ceil(height),
  }
}

/** A vertex or an edge label that dagre has placed, by its centre. */
interface PlacedBox {
  readonly x?: number
  readonly width?: number
}

/** Returns half the width of the widest box in each column, by the centre of the column. */
function columnsOf(boxes: readonly PlacedBox[]): ReadonlyMap<number, number> {
  const columns = new Map<number, number>()
  for (const { x = 0, width = 0 } of boxes) columns.set(rounded(x), Math.max(columns.get(rounded(x)) ?? 0, width / 2))
  return columns
}

/**
 * Makes a line cross each column between its ends horizontally. Lines then cross each other only between columns, and
 * never run behind labels.
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

/** The largest width of parts side by side. */
const ROW_WIDTH = 1050

/** Puts parts side by side, in rows. */
function placed(parts: readonly LaidOut[]): TopologyLayout {
  let [x, y, rowHeight, width] = [0, 0, 0, 0]
  const placedParts = parts.map((one): TopologyPart => {
    if (x > 0 && x + one.width > ROW_WIDTH) [x, y, rowHeight] = [0, y + rowHeight, 0]
    const at = { x, y, vertices: one.vertices, edges: one.edges }
    x += one.width
    width = Math.max(width, x)
    rowHeight = Math.max(rowHeight, one.height)
    return at
  })
  return { parts: placedParts, width, height: y + rowHeight }
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

/** Rounds a length to a tenth of a pixel. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
