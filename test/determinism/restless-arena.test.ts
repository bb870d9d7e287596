import { expect, test } from 'vitest'
import { resultOf } from '../fixtures/simulations.ts'
import { makeArenasRestless } from './restless-arena.ts'

const TEXT = `
version: 1
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 1ms, rate: 100Mbps } }
paths: { web: { from: client, to: server } }
workloads: { visits: { path: web, requests: 3 } }
`

test('an arena that moves before nearly every event does not change the result', () => {
  const settled = resultOf(TEXT)
  const restlessness = makeArenasRestless()
  try {
    expect(resultOf(TEXT)).toEqual(settled)
    expect(restlessness.moves).toBeGreaterThan(settled.events)
  } finally {
    restlessness.end()
  }
})
