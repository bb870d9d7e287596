import { describe, expect, it } from 'vitest'
import type { Technique } from '../../../src/attack/techniques/technique.ts'
import { TECHNIQUES, type TechniqueName } from '../../../src/attack/techniques.ts'
import { namesOf } from '../../../src/engine/registry.ts'
import { loadScenario } from '../../../src/scenario/load.ts'
import { run } from '../../../src/simulation/run.ts'
import { EVERY_PARAMETER, parametersOf, requiredBy, valuesFor } from '../../attack/every-parameter.ts'

/** Returns a scenario with an attacker on a link between two hosts with two paths. */
function scenarioWith(step: string, vantage = 'inline', holds = ''): string {
  return `
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
}

/** Returns the problems of a step, one a line. */
function problemsOf(step: string, vantage = 'inline', holds = ''): string {
  const loaded = loadScenario({ file: 'test.yaml', text: scenarioWith(step, vantage, holds) })
  if (loaded.ok) return 'none'
  return loaded.problems.map(({ line, column, message, hint }) => `${line}:${column}: ${message} (${hint})`).join('\n')
}

/** Returns the digest of the traffic with a step, while connections stand and others open. */
function digestOf(step: string): string {
  const text = scenarioWith(step).replace(
    '{ path: plain, requests: 1 }',
    '{ path: plain, requests: 20, connection: per-request }',
  )
  const loaded = loadScenario({ file: 'test.yaml', text })
  if (!loaded.ok) throw new Error(loaded.problems[0].message)
  return run(loaded.scenario, {}).result.trafficDigest
}

describe('a match that selects no packet is refused', () => {
  it.each(['{ kind: syn }', '{ from: client }', '{ to: server }', '{ kind: any }', '{ connections: any }'])(
    'a match is refused since a blind attacker sees no packet: %s',
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
  ])('a match is refused since %s does nothing to such a packet: %s', (technique, kind, kinds) => {
    expect(problemsOf(`technique: ${technique}, path: plain, match: { kind: ${kind} }`)).toContain(
      `the technique ${technique} does nothing to a packet of the kind ${kind} (it acts on the kinds ${kinds})`,
    )
  })

  it('a match is refused if it needs a host that sends to itself', () => {
    expect(problemsOf('technique: drop, path: plain, match: { from: client, to: client }')).toContain(
      'no packet goes from client to itself on a path (leave one of `from` and `to` out)',
    )
  })

  it('a match of a kind that the technique acts on is accepted', () => {
    for (const technique of ['drop', 'replay', 'reset', 'inject', 'tamper'] as const) {
      const { actsOn = ['syn', 'syn-ack', 'data', 'ack', 'fin', 'rst'] } = TECHNIQUES[technique]
      for (const kind of ['any', ...actsOn])
        expect(
          problemsOf(
            `technique: ${technique}, path: plain, match: { kind: ${kind}, from: ${kind === 'syn-ack' ? 'server' : 'client'} }`,
          ),
        ).toBe('none')
    }
    for (const technique of ['inject', 'reset'])
      expect(problemsOf(`technique: ${technique}, path: plain, count: 5, delay: 1ms`, 'blind')).toBe('none')
  })
})

describe('a certificate that no connection shows is refused', () => {
  const HOLDS = 'holds: [cert], '

  it('a certificate to present is refused on paths without TLS', () => {
    for (const key of ['presents', 'with'])
      expect(problemsOf(`technique: relay, path: plain, ${key}: cert`, 'inline', HOLDS)).toContain(
        `cert is never shown: no path of the step has TLS (leave \`${key}\` out, or name a path with TLS)`,
      )
    expect(problemsOf('technique: impersonate-server, path: plain, presents: cert', 'inline', HOLDS)).toContain('never')
    expect(problemsOf('technique: direct-request, path: plain, with: cert', 'inline', HOLDS)).toContain('never shown')
  })

  it('a certificate to present is accepted if one of the paths has TLS', () => {
    expect(problemsOf('technique: relay, path: [plain, sealed], presents: cert, with: cert', 'inline', HOLDS)).toBe(
      'none',
    )
    expect(problemsOf('technique: direct-request, path: sealed, with: cert', 'inline', HOLDS)).toBe('none')
    expect(problemsOf('technique: direct-request, path: plain, with: a garbage token')).toBe('none')
  })
})

describe('a key of a step', () => {
  const foreign = namesOf(TECHNIQUES).flatMap((technique) =>
    [...EVERY_PARAMETER].flatMap(([key, parameter]) =>
      Object.hasOwn(TECHNIQUES[technique].parameters, key) ? [] : [{ technique, key, value: valuesFor(parameter)[0] }],
    ),
  )

  it.each(foreign)(
    'a key that the technique $technique does not have is refused at its place: $key',
    ({ technique, key, value }) => {
      const step = `technique: ${technique}, path: plain, `
      const own = Object.keys(TECHNIQUES[technique].parameters)
      const message =
        key === 'for'
          ? `the technique ${technique} happens once, so it has no \`for\``
          : `the technique ${technique} has no ${key}`
      const hint = own.length === 0 ? 'leave it out' : `its keys are ${own.join(', ')}`
      const column = 'attackers: { m: { on: wan, vantage: inline, plan: [{ '.length + step.length + 1
      expect(problemsOf(`${step}${key}: ${value}`).split('\n')).toContain(`10:${column}: ${message} (${hint})`)
    },
  )

  /** Values of each key. A technique that acts on what one end sends notices only the value that means the other. */
  const ofMatch = [['from: server', 'from: client'], ['to: client', 'to: server'], ['connections: standing']]
  const matching = namesOf(TECHNIQUES).filter((name) => Object.hasOwn(TECHNIQUES[name].parameters, 'match'))
  const usual = (technique: TechniqueName) => {
    const needed = requiredBy(technique).map((key) => `, ${key}: ${valuesFor(parametersOf(technique)[key])[0]}`)
    return `technique: ${technique}, path: plain, at: 5ms${needed.join('')}`
  }

  it.each(matching)('each key in the match of %s changes what the attacker does', (technique) => {
    const without = digestOf(usual(technique))
    // Those that act on few kinds act on data without `kind`, too.
    const { actsOn }: Technique = TECHNIQUES[technique]
    const kind = (actsOn ?? ['data']).find((one) => one !== 'data' || !actsOn)
    const others = kind === undefined ? ofMatch : [...ofMatch, [`kind: ${kind}`]]
    for (const values of others) {
      const acts = values.some((value) => digestOf(`${usual(technique)}, match: { ${value} }`) !== without)
      expect([values, acts]).toEqual([values, true])
    }
  })
})

describe('a match whose hosts send no such packet', () => {
  /** Returns the problems of a match on the path from `master` to `node-1`, among other hosts. */
  function problemsOf(match: string, { tunnel = '', path = 'p' } = {}): string {
    const text = `
version: 1
hosts: { master: {}, node-1: {}, node-2: {}, bystander: {} }
links:
  one: { between: [master, node-1], delay: 1ms }
  two: { between: [master, node-2], delay: 1ms }
  three: { between: [node-1, node-2], delay: 1ms }
  four: { between: [master, bystander], delay: 1ms }
paths:
  p: { kind: apiserver-kubelet, from: master, to: node-1${tunnel} }
  back: { from: node-2, to: master, port: 80 }
workloads: { a: { path: p, requests: 1 } }
attackers: { m: { on: one, vantage: inline, plan: [{ technique: drop, path: ${path}, match: ${match} }] } }
`
    const loaded = loadScenario({ file: 'test.yaml', text })
    if (loaded.ok) return 'none'
    return loaded.problems.map(({ line, message, hint }) => `${line}: ${message} (${hint})`).join('\n')
  }

  it('a match is refused if its host is at no end of a connection', () => {
    expect(problemsOf('{ from: bystander }')).toBe(
      '13: no packet on these paths is sent by bystander (these paths are between master and node-1)',
    )
    expect(problemsOf('{ to: node-2 }')).toContain('no packet on these paths is sent to node-2')
    expect(problemsOf('{ to: node-2 }', { path: '[p, back]' })).toBe('none')
  })

  it('a match is refused if its two hosts have no connection with each other', () => {
    expect(problemsOf('{ from: node-1, to: node-2 }', { path: '[p, back]' })).toBe(
      '13: no packet on these paths goes from node-1 to node-2 (leave one of `from` and `to` out)',
    )
    expect(problemsOf('{ from: node-1, to: master }', { path: '[p, back]' })).toBe('none')
  })

  it('a match is refused if its kind goes only in the other direction', () => {
    expect(problemsOf('{ kind: syn, from: node-1 }')).toBe(
      '13: no syn on these paths is sent by node-1 (a client sends it to a server; use the kind syn-ack, or swap `from` and `to`)',
    )
    expect(problemsOf('{ kind: syn-ack, to: node-1 }')).toContain('no syn-ack on these paths is sent to node-1')
    for (const match of [
      '{ kind: syn, from: master }',
      '{ kind: syn-ack, from: node-1 }',
      '{ kind: fin, from: node-1 }',
    ])
      expect(problemsOf(match)).toBe('none')
    expect(problemsOf('{ kind: syn, to: master }', { path: '[p, back]' })).toBe('none')
  })

  it('a match is accepted at the ends of a tunnel and behind it', () => {
    const tunnel = ', tunnel: { kind: ssh, via: node-2 }'
    for (const match of ['{ kind: syn, from: node-2 }', '{ kind: syn, to: node-2 }', '{ kind: syn-ack, from: node-2 }'])
      expect(problemsOf(match, { tunnel })).toBe('none')
    expect(problemsOf('{ kind: syn, from: node-1 }', { tunnel })).toContain('no syn on these paths')
    expect(problemsOf('{ from: master, to: node-1 }', { tunnel })).toContain('goes from master to node-1')
  })
})
