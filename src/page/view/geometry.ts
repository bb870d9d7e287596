import type { Playback } from '../../packets/playback/playback.ts'
import type { PlacedEdge, Point, TopologyLayout } from '../../report/view/topology-layout.ts'

/** A line on which packets move, in the coordinates of the whole drawing. */
export interface Route {
  readonly points: readonly Point[]
  /** The length from the beginning to each point. */
  readonly lengths: readonly number[]
}

/** Returns the line of each link direction of a playback; null for one that is not drawn. */
export function routesOf({ directions }: Playback, layout: TopologyLayout): readonly (Route | null)[] {
  const vertexOf = new Map<string, string>()
  const edges = new Map<string, Route>()
  const boxes = new Map<string, Rectangle>()
  for (const part of layout.parts) {
    for (const { vertex, box, x, y } of part.vertices) {
      boxes.set(vertex.id, { x: x + part.x, y: y + part.y, width: box.width, height: box.height })
      for (const name of vertex.names) vertexOf.set(vertex.kind === 'host' ? name : `segment ${name}`, vertex.id)
    }
    for (const { edge, points } of part.edges) {
      const whole = points.map(({ x, y }) => ({ x: x + part.x, y: y + part.y }))
      const placed = without(boxes.get(edge.to), without(boxes.get(edge.from), whole).toReversed()).toReversed()
      edges.set(`${edge.from} ${edge.to}`, routeOf(placed))
      edges.set(`${edge.to} ${edge.from}`, routeOf(placed.toReversed()))
    }
  }
  const idOf = (name: string) => vertexOf.get(name) ?? vertexOf.get(`segment ${name}`)
  return directions.map(({ from, to }) => edges.get(`${idOf(from)} ${idOf(to)}`) ?? null)
}

interface Rectangle extends Point {
  readonly width: number
  readonly height: number
}

/** Returns a line that begins in the middle of a box from where it leaves the box, so that packets do not hide its text. */
function without(box: Rectangle | undefined, points: readonly Point[]): readonly Point[] {
  if (box === undefined || points.length < 2) return points
  const isInside = ({ x, y }: Point) => 2 * Math.abs(x - box.x) < box.width && 2 * Math.abs(y - box.y) < box.height
  const after = points.findIndex((point) => !isInside(point))
  if (after < 1) return points
  const [a, b] = [points[after - 1], points[after]]
  const shareTo = (from: number, to: number, middle: number, size: number) =>
    from === to ? Infinity : (middle + (Math.sign(to - from) * size) / 2 - from) / (to - from)
  const share = Math.min(1, shareTo(a.x, b.x, box.x, box.width), shareTo(a.y, b.y, box.y, box.height))
  return [{ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share }, ...points.slice(after)]
}

function routeOf(points: readonly Point[]): Route {
  const lengths: number[] = []
  let length = 0
  for (const [i, { x, y }] of points.entries()) {
    if (i > 0) length += Math.hypot(x - points[i - 1].x, y - points[i - 1].y)
    lengths.push(length)
  }
  return { points, lengths }
}

/** Returns the point at a share of a line. */
export function pointAt({ points, lengths }: Route, share: number): Point {
  const wanted = share * lengths[lengths.length - 1]
  const after = Math.max(
    1,
    lengths.findIndex((length) => length >= wanted),
  )
  const [a, b] = [points[after - 1], points[after]]
  const part = (wanted - lengths[after - 1]) / Math.max(1e-9, lengths[after] - lengths[after - 1])
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part }
}

/** Returns the line of an edge as the data of a path. */
export function pathOf({ points }: Pick<PlacedEdge, 'points'>): string {
  return points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
}
