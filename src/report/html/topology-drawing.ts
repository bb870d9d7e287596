import { formatCount } from '../format-number.ts'
import type { VertexView } from '../view/topology-graph.ts'
import {
  type Box,
  LINE,
  layOutTopology,
  PADDING,
  type PlacedEdge,
  type PlacedVertex,
  rounded,
  type TopologyLayout,
  type TopologyPart,
} from '../view/topology-layout.ts'
import type { TopologyView } from '../view/topology-view.ts'
import { type Html, html } from './html.ts'

/**
 * Draws the network as SVG: hosts and segments as boxes, links as lines with their figures, attackers at their places.
 */
export function topologyDrawing(topology: TopologyView): Html {
  const layout = layOutTopology(topology)
  const { width, height } = layout
  const title = `The network: ${formatCount(topology.hosts, 'host')}, ${formatCount(topology.edges.length, 'connection')}. The table of paths below says the same in words.`
  return html`<svg class="topology" viewBox="0 0 ${width} ${height}" style="--natural:${width}px" role="img" aria-label="${title}">
${networkDrawing(layout)}
</svg>`
}

/** Draws the content of a network picture: the parts of the network at their places. */
export function networkDrawing({ parts }: TopologyLayout): Html {
  return html`${parts.map((part) => html`<g transform="translate(${part.x} ${part.y})">${partDrawing(part)}</g>`)}`
}

function partDrawing({ vertices, edges }: TopologyPart): Html {
  return html`${edges.map(edgeLine)}
${vertices.map(vertexShape)}
${edges.map(edgeLabel)}`
}

function vertexShape({ vertex, box, x, y }: PlacedVertex): Html {
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

/** The most names in the tooltip of a vertex. */
const MOST_NAMES = 20

function namesText(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES
  return names.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function edgeLine({ edge: { level }, points }: PlacedEdge): Html {
  const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join('')
  return html`<path class="link${level === null ? '' : ` ${level}`}" d="${path}"></path>`
}

function edgeLabel({ edge, label: { box, x, y } }: PlacedEdge): Html | null {
  if (box.lines.length === 0) return null
  // The padding is left out, so that more of the line is visible.
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
