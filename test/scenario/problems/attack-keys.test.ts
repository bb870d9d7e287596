import { describe, expect, it } from 'vitest'
import { TECHNIQUES } from '../../../src/attack/techniques.ts'
import { loadScenario } from '../../../src/scenario/load.ts'

/** Returns the problems of a step of an attacker on a link between two hosts with two paths, one a line. */
function problemsOf(step: string, vantage = 'inline', holds = ''): string {
  const text = `
version: 1
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 1ms } }
identities: { ca: { kind: ca }, cert: { kind: certificate, issuer: ca, cn: web, usages: [client, server] } }
paths:
  plain: { kind: custom, from: client, to: server, port: 80 }
  sealed: { kind: custom, from: client, to: server, port: 443, tls: { verify: none } }
workloads: { a: { path: plain, requests: 1 }, b: { path: sealed, requests: 1 } }
attackers: { m: { on: wan, vantage: ${vantage}, ${holds}plan: [{ ${step} }] } }
`
  const loaded = loadScenario({ file: 'test.yaml', text })
  if (loaded.ok) return 'none'
  return loaded.problems.map(({ line, column, message, hint }) => `${line}:${column}: ${message} (${hint})`).join('\n')
}

describe('a match that selects no packet is refused', () => {
  it.each(['{ kind: syn }', '{ from: client }', '{ to: server }', '{ kind: any }', '{ connections: any }'])(
    'since a blind attacker sees none: %s',
    (match) => {
      for (const technique of ['inject', 'reset'])
        expect(problemsOf(`technique: ${technique}, path: plain, match: ${match}`, 'blind')).toBe(
          `10:${79 + technique.length}: the vantage blind sees no packets, so the attacker cannot match any of them (leave \`match\` out, and the attacker sends to both ends in turn; side and inline are vantages that see packets)`,
        )
    },
  )

  it.each([
    ['tamper', 'syn', 'data'],
    ['tamper', 'fin', 'data'],
    ['inject', 'rst', 'data, syn'],
    ['inject', 'syn-ack', 'data, syn'],
    ['reset', 'rst', 'syn, syn-ack, data, ack, fin'],
  ])('since %s does nothing to it: %s', (technique, kind, kinds) => {
    expect(problemsOf(`technique: ${technique}, path: plain, match: { kind: ${kind} }`)).toContain(
      `the technique ${technique} does nothing to a packet of the kind ${kind} (it acts on the kinds ${kinds})`,
    )
  })

  it('since no host sends to itself', () => {
    expect(problemsOf('technique: drop, path: plain, match: { from: client, to: client }')).toContain(
      'no packet goes from client to itself on a path (leave one of `from` and `to` out)',
    )
  })

  it('a match of a kind that the technique acts on is accepted', () => {
    for (const technique of ['drop', 'replay', 'reset', 'inject', 'tamper'] as const) {
      const { actsOn = ['syn', 'syn-ack', 'data', 'ack', 'fin', 'rst'] } = TECHNIQUES[technique]
      for (const kind of ['any', ...actsOn])
        expect(problemsOf(`technique: ${technique}, path: plain, match: { kind: ${kind}, from: client }`)).toBe('none')
    }
    for (const technique of ['inject', 'reset'])
      expect(problemsOf(`technique: ${technique}, path: plain, count: 5, delay: 1ms`, 'blind')).toBe('none')
  })
})

describe('a certificate that no connection shows is refused', () => {
  const HOLDS = 'holds: [cert], '

  it('on paths without TLS', () => {
    for (const key of ['presents', 'with'])
      expect(problemsOf(`technique: relay, path: plain, ${key}: cert`, 'inline', HOLDS)).toContain(
        `cert is never shown: no path of the step has TLS (leave \`${key}\` out, or name a path with TLS)`,
      )
    expect(problemsOf('technique: impersonate-server, path: plain, presents: cert', 'inline', HOLDS)).toContain('never')
    expect(problemsOf('technique: direct-request, path: plain, with: cert', 'inline', HOLDS)).toContain('never shown')
  })

  it('a certificate is accepted where one of the paths has TLS', () => {
    expect(problemsOf('technique: relay, path: [plain, sealed], presents: cert, with: cert', 'inline', HOLDS)).toBe(
      'none',
    )
    expect(problemsOf('technique: direct-request, path: sealed, with: cert', 'inline', HOLDS)).toBe('none')
    expect(problemsOf('technique: direct-request, path: plain, with: a garbage token')).toBe('none')
  })
})
