import type { EdgeView, TopologyGraph, VertexView } from './topology-graph.ts'

/** The most vertices of a drawing in which none are joined. */
const FEW = 14
/** The most vertices of a drawing. */
const MOST = 40
/** The fewest vertices of a class that are joined. */
const LEAST_ALIKE = 3

/**
 * Joins similar vertices: with the same role, attackers and connections to similar vertices. A graph with few vertices
 * stays unchanged. If it is still too large afterwards, vertices with the same role are joined regardless of their
 * connections, and then the smallest are left out.
 */
export function joinAlike(vertices: readonly VertexView[], edges: readonly EdgeView[]): TopologyGraph {
  if (vertices.length <= FEW) return { vertices, edges: mergeParallel(edges), leftOut: 0 }
  const whole = { vertices, edges, leftOut: 0 }
  const joined = join(whole, refined(whole))
  if (joined.vertices.length <= MOST) return joined
  const coarse = join(whole, new Map(vertices.map((vertex) => [vertex.id, looks(vertex)])))
  return coarse.vertices.length <= MOST ? coarse : cut(coarse)
}

/**
 * Returns the appearance of a vertex without its connections. Hosts without a role differ by the words in their names.
 */
function looks({ kind, role, figures, attackers, names }: VertexView): string {
  const words = role === '' && kind === 'host' ? names.map((name) => name.replaceAll(/\d+/g, '')) : []
  return JSON.stringify([kind, role, figures, attackers, words])
}

/** Returns a class for each vertex. Vertices of one class have the same connections to the same classes. */
function refined({ vertices, edges }: TopologyGraph): Map<string, string> {
  let classes = new Map(vertices.map((vertex) => [vertex.id, looks(vertex)]))
  for (let count = new Set(classes.values()).size; ; ) {
    const neighbours = new Map<string, Set<string>>(vertices.map(({ id }) => [id, new Set()]))
    for (const edge of edges) {
      neighbours.get(edge.from)?.add(JSON.stringify([edgeLooks(edge), classes.get(edge.to)]))
      neighbours.get(edge.to)?.add(JSON.stringify([edgeLooks(edge), classes.get(edge.from)]))
    }
    const numbers = new Map<string, string>()
    const next = new Map<string, string>()
    for (const { id } of vertices) {
      const text = JSON.stringify([classes.get(id), ...[...(neighbours.get(id) ?? [])].sort(inOrder)])
      const number = numbers.get(text) ?? `class ${numbers.size}`
      numbers.set(text, number)
      next.set(id, number)
    }
    if (numbers.size === count) return classes
    count = numbers.size
    classes = next
  }
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function edgeLooks({ figures, attackers, broken }: EdgeView): string {
  return JSON.stringify([figures, attackers, broken])
}

/** Joins the vertices of each class of at least LEAST_ALIKE. */
function join({ vertices, edges }: TopologyGraph, classes: ReadonlyMap<string, string>): TopologyGraph {
  const members = new Map<string, VertexView[]>()
  for (const vertex of vertices) {
    const name = classes.get(vertex.id) ?? vertex.id
    members.set(name, [...(members.get(name) ?? []), vertex])
  }
  const standsFor = new Map<string, string>()
  const joined = [...members.values()].flatMap((alike) => {
    if (alike.length < LEAST_ALIKE) return alike
    const [first] = alike
    for (const { id } of alike) standsFor.set(id, first.id)
    return [{ ...first, names: alike.flatMap(({ names }) => names) }]
  })
  const moved = edges.map((edge) => ({
    ...edge,
    from: standsFor.get(edge.from) ?? edge.from,
    to: standsFor.get(edge.to) ?? edge.to,
  }))
  return { vertices: joined, edges: mergeParallel(moved), leftOut: 0 }
}

/** Joins similar edges between the same vertices. */
function mergeParallel(edges: readonly EdgeView[]): EdgeView[] {
  const merged = new Map<string, EdgeView>()
  for (const edge of edges) {
    const key = JSON.stringify([edge.from, edge.to, edgeLooks(edge)])
    const known = merged.get(key)
    merged.set(key, known === undefined ? edge : { ...known, names: [...known.names, ...edge.names] })
  }
  return [...merged.values()]
}

/** Removes the vertices with the fewest connections and without attackers. */
function cut({ vertices, edges }: TopologyGraph): TopologyGraph {
  const degree = new Map<string, number>()
  for (const { from, to } of edges) for (const id of [from, to]) degree.set(id, (degree.get(id) ?? 0) + 1)
  const weight = ({ id, attackers, names }: VertexView) =>
    attackers.length * 1e6 + names.length * 1e3 + (degree.get(id) ?? 0)
  const kept = [...vertices].sort((a, b) => weight(b) - weight(a)).slice(0, MOST)
  const ids = new Set(kept.map(({ id }) => id))
  const hosts = (list: readonly VertexView[]) =>
    list.filter(({ kind }) => kind === 'host').reduce((sum, { names }) => sum + names.length, 0)
  return {
    vertices: kept,
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    leftOut: hosts(vertices) - hosts(kept),
  }
}
