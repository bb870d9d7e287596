import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { TUNNEL_TRACES } from '../../bench/fidelity/traces/tunnel-traces.ts'
import { type Allowance, compareTraces } from './kernel-traces/compare-traces.ts'
import { afterRequest, playTunnel } from './kernel-traces/play-tunnel.ts'
import { readSegments } from './kernel-traces/seen-segment.ts'
import { TUNNEL_ALLOWANCES } from './kernel-traces/tunnel-allowances.ts'

const FOLDER = 'test/transport/kernel-traces/tunnels'

function differences(trace: (typeof TUNNEL_TRACES)[number], allowance: Allowance): string[] {
  const real = afterRequest(readSegments(readFileSync(`${FOLDER}/${trace.name}.csv`, 'utf8')))
  return compareTraces(real, afterRequest(playTunnel(trace)), allowance)
}

describe('a tunnel sends the same segments as Go and OpenSSH over Linux 6.18', () => {
  for (const trace of TUNNEL_TRACES) {
    const allowance = TUNNEL_ALLOWANCES[trace.name]
    test(`a tunnel sends the same segments as Go and OpenSSH over Linux 6.18, ${trace.name}: ${trace.about}`, () => {
      expect(differences(trace, allowance)).toEqual([])
    })
    test(`the comparison of tunnels, ${trace.name}: the next segment differs, so that more cannot be compared`, () => {
      const { until, ...rest } = allowance
      const oneMore = (way: 'a' | 'b') => ({ ...rest, until: { ...until, [way]: until![way]! + 1 } })
      expect(differences(trace, oneMore('a')), 'a').not.toEqual([])
      expect(differences(trace, oneMore('b')), 'b').not.toEqual([])
    })
  }

  test('the comparison of tunnels has a trace for each description, and a description for each trace', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(TUNNEL_TRACES.map(({ name }) => `${name}.csv`).sort())
  })
})
