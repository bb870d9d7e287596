import { expect, test } from 'vitest'
import { joinAlike } from '../../../src/report/view/join-alike.ts'
import type { EdgeView, VertexView } from '../../../src/report/view/topology-graph.ts'

function vertex(name: string, role: string, attackers: VertexView['attackers'] = []): VertexView {
  return { id: name, kind: 'host', names: [name], role, figures: [], attackers }
}

function edge(from: string, to: string, figures = ['1 ms']): EdgeView {
  return { from, to, names: [`${from}-${to}`], figures, attackers: [], broken: null, level: null }
}

/** A control plane with so many nodes, each with a link of its own. */
function star(count: number, attacked: readonly number[] = []) {
  const nodes = Array.from({ length: count }, (_, i) =>
    vertex(`node-${i}`, 'node', attacked.includes(i) ? [{ name: 'mallory', vantage: 'node' }] : []),
  )
  return {
    vertices: [vertex('master', 'control plane'), ...nodes],
    edges: nodes.map(({ id }) => edge('master', id)),
  }
}

test('a small network is drawn completely', () => {
  const { vertices, edges } = star(5)
  expect(joinAlike(vertices, edges)).toEqual({ vertices, edges, leftOut: 0 })
})

test('500 similar nodes are drawn as one vertex, with one edge for their links', () => {
  const { vertices, edges } = star(500)
  const joined = joinAlike(vertices, edges)
  expect(joined.vertices.map(({ names }) => names.length)).toEqual([1, 500])
  expect(joined.edges.map(({ names }) => names.length)).toEqual([500])
})

test('a node with an attacker is not merged with others in a drawing', () => {
  const { vertices, edges } = star(500, [7])
  const joined = joinAlike(vertices, edges)
  expect(joined.vertices.map(({ names }) => names.length)).toEqual([1, 499, 1])
  expect(joined.vertices[2].names).toEqual(['node-7'])
})

test('nodes with different links are merged separately in a drawing', () => {
  const { vertices, edges } = star(20)
  const slow = edges.map((one, i) => (i < 10 ? one : { ...one, figures: ['50 ms'] }))
  expect(joinAlike(vertices, slow).vertices.map(({ names }) => names.length)).toEqual([1, 10, 10])
})

test('a drawing of too many different vertices leaves out the least connected, and counts them', () => {
  const vertices = Array.from({ length: 60 }, (_, i) =>
    vertex(`${'abcdefgh'[i % 8]}${'stuvwxyz'[Math.floor(i / 8)]}`, ''),
  )
  const joined = joinAlike(vertices, [edge(vertices[59].id, vertices[58].id)])
  expect([joined.vertices.length, joined.leftOut]).toEqual([40, 20])
  expect(joined.edges).toHaveLength(1)
})
