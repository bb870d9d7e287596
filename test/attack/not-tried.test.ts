import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

interface Late {
  readonly steps: readonly string[]
  readonly expect?: readonly string[]
  readonly durationS?: number
  /** The scheme of the path `logs`. */
  readonly tls?: string
  readonly more?: string
}

/** A client and a server with three requests in the first second, and an attacker on the link between them. */
function late({ steps, expect: lines = [], durationS, tls = '', more = '' }: Late) {
  const plan = steps.map((step) => `{ path: logs, ${step} }`).join(', ')
  const { verdicts, simulatedNs, expectations } = runScenario({
    text: `
version: 1
seed: 1
${durationS === undefined ? '' : `duration: ${durationS}s`}
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms } }
paths: { logs: { from: client, to: server${tls} } }
workloads:
  get: { path: logs, connection: per-request, requests: 3, response: 1000B, carries: [log-line] }
${more}
attackers: { mallory: { on: wan, vantage: inline, plan: [${plan}] } }
expect: [${lines.map((line) => `"${line}"`).join(', ')}]
`,
  })
  const byTechnique = Object.fromEntries(verdicts.map((verdict) => [verdict.technique, verdict]))
  return { byTechnique, simulatedNs, met: expectations.map(({ met }) => met), expectations }
}

/** A request at 61 s, so that a step at 60 s finds traffic. */
const LATER = '  later: { path: logs, connection: per-request, requests: 1, start: 61s, response: 1000B }'

/** Expectations that hold when an attacker gets nothing. */
const EXPECTATIONS = [
  'never read, impersonated, privilege by mallory',
  'never read by mallory on logs',
  'secret(log-line) stays secret',
  'secret(log-line) stays secret from mallory',
  'verdict(mallory, logs) excludes read',
  'verdict(mallory, logs) is no-effect',
  'verdict(mallory, logs) is not-tried',
  'verdict(mallory, logs) includes not-tried',
  'exposure(mallory, logs) < 1%',
  'noticed(mallory, logs) none',
]

describe('a step after the last workload', () => {
  test('a step after the last workload runs, and its request gets a response', () => {
    const { byTechnique, simulatedNs } = late({ steps: ['technique: direct-request, at: 60s'] })
    expect(byTechnique['direct-request'].firstEffectNs).toBe(60e9)
    expect(simulatedNs).toBeGreaterThan(60e9)
  })

  test('a step after the last workload acts on background traffic', () => {
    const steps = ['technique: impersonate-server, at: 60s']
    expect(late({ steps, more: LATER }).byTechnique['impersonate-server']).toMatchObject({
      outcomes: ['impersonated', 'read'],
      exposure: { messages: 1, of: 1 },
    })
  })

  test('a step after the last workload steals credentials on its host at its start', () => {
    const { knowledge, simulatedNs } = runScenario({
      text: `
version: 1
duration: 100s
cluster: { nodes: 1, pods: { web: {} } }
paths: { C: { kind: pod-apiserver, from: web-1, to: master } }
workloads: { ask: { path: C, connection: per-request, requests: 1 } }
attackers: { root: { on: node-1, vantage: node, plan: [{ technique: steal-token, path: C, at: 60s }] } }
`,
    })
    expect(knowledge.map(({ atNs }) => atNs)).toEqual([60e9])
    expect(simulatedNs).toBe(60e9)
  })

  test('a step after the last workload keeps the run going until its end, if it has one', () => {
    expect(late({ steps: ['technique: drop, at: 5s, for: 20s'] }).simulatedNs).toBe(25e9)
    expect(late({ steps: ['technique: eavesdrop, at: 5s, for: 20s'] }).simulatedNs).toBe(25e9)
    expect(late({ steps: ['technique: eavesdrop, at: 5s'] }).simulatedNs).toBe(5e9)
  })
})

test('a step that finds packets of its path, but no request, counts as tried', () => {
  // The last response comes at 121.4 ms, and the connection is closed then.
  const { byTechnique } = late({ steps: ['technique: drop, at: 122ms, for: 1s'] })
  expect(byTechnique.drop.outcomes).toEqual(['no-effect'])
})

describe('a step that could not run', () => {
  test('a step that starts after the end of the run is not tried, and meets no expectation', () => {
    const { byTechnique, met } = late({
      steps: ['technique: eavesdrop, at: 60s'],
      durationS: 30,
      expect: EXPECTATIONS,
    })
    expect(byTechnique.eavesdrop).toMatchObject({
      outcomes: ['not-tried'],
      worst: 'not-tried',
      exposure: { messages: 0, of: 0, bytes: 0 },
      firstEffectNs: null,
      evidence: [{ shows: 'not-tried', what: 'the run ended at 30 s, and the step begins at 60 s' }],
    })
    expect(met).toEqual(EXPECTATIONS.map(() => false))
  })

  test('a step that starts at the last tick of the run is tried', () => {
    const steps = ['technique: direct-request, at: 30s']
    expect(late({ steps, durationS: 30 }).byTechnique['direct-request'].outcomes).toEqual(['no-effect'])
  })

  test('a step during which no packet uses the path is not tried', () => {
    const of = (more: string) => late({ steps: ['technique: impersonate-server, at: 60s'], more, expect: EXPECTATIONS })
    const idle = of('')
    expect(idle.byTechnique['impersonate-server']).toMatchObject({
      outcomes: ['not-tried'],
      evidence: [{ what: 'nothing used the path while the step lasted' }],
    })
    expect(idle.met).toEqual(EXPECTATIONS.map(() => false))
    const over = late({ steps: ['technique: drop, at: 30s, for: 10s'], more: LATER })
    expect(over.byTechnique.drop.outcomes).toEqual(['not-tried'])
  })

  test('a step whose packets another attacker drops is not tried, and the evidence names that attacker', () => {
    const { verdicts } = runScenario({
      text: `
version: 1
duration: 10s
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms } }
paths: { logs: { from: client, to: server } }
workloads: { get: { path: logs, connection: keep-alive, requests: 3 } }
attackers:
  dropping: { on: wan, vantage: inline, plan: [{ technique: drop, path: logs, for: 5s }] }
  listening: { on: wan, vantage: passive, plan: [{ technique: eavesdrop, path: logs, for: 5s }] }
  waiting: { on: wan, vantage: passive, plan: [{ technique: eavesdrop, path: logs, at: 6s }] }
`,
    })
    const evidence = verdicts.map(({ attacker, evidence: [first] }) => `${attacker}: ${first?.what}`)
    expect(evidence).toMatchInlineSnapshot(`
      [
        "dropping: the attacker acted on a packet of the path",
        "listening: dropping observed packets of the path, and none of them came to this attacker",
        "waiting: nothing used the path while the step lasted",
      ]
    `)
  })

  test('a step is not tried while its attacker lacks the credential that it presents', () => {
    const stolenAt = (tickS: number) => {
      const { verdicts, expectations } = runScenario({
        text: `
version: 1
seed: 1
duration: 60s
cluster: { nodes: 2, pods: { web: {} } }
paths: { C: { kind: pod-apiserver, from: web-1, to: master } }
workloads: { ask: { path: C, connection: per-request, requests: 1 } }
attackers:
  mallory:
    on: node-2
    vantage: node
    allies: [thief]
    plan: [{ technique: direct-request, path: C, at: 5s, with: web-token, ask: healthz }]
  thief: { on: node-1, vantage: node, plan: [{ technique: steal-token, path: C, at: ${tickS}s }] }
expect: ["never privilege by mallory on C"]
`,
      })
      const verdict = verdicts.find(({ technique }) => technique === 'direct-request')
      return { verdict, met: expectations[0].met }
    }
    expect(stolenAt(6)).toMatchObject({
      verdict: {
        outcomes: ['not-tried'],
        evidence: [{ what: 'the attacker did not have the token web-token when the step began' }],
      },
      met: false,
    })
    // What it reads is its own, so that nothing of others was tried, and the line is not met either.
    expect(stolenAt(4)).toMatchObject({ verdict: { scope: 'own', outcomes: ['read'], firstEffectNs: 5e9 }, met: false })
  })

  test('an expectation is met by one step that succeeds, although another was not tried', () => {
    const lines = [
      'verdict(mallory, logs) includes read',
      'verdict(mallory, logs) is read',
      'verdict(mallory, logs) excludes modified',
      'verdict(mallory, logs, eavesdrop) is read',
      'verdict(mallory, logs, drop) excludes read',
    ]
    const steps = ['technique: eavesdrop', 'technique: drop, at: 60s']
    const { met, expectations } = late({ steps, durationS: 30, expect: lines })
    expect(met).toEqual([true, false, false, true, false])
    expect(expectations[1].measured).toBe(
      'drop on logs was not tried: the run ended at 30 s, and the step begins at 60 s',
    )
  })

  test('a step that was not tried does not hide a violation of an expectation', () => {
    const steps = ['technique: eavesdrop', 'technique: drop, at: 60s']
    const lines = ['never read by mallory on logs', 'secret(log-line) stays secret']
    const { expectations } = late({ steps, durationS: 30, expect: lines })
    expect(expectations.map(({ measured }) => measured)).toEqual([
      expect.stringMatching(/^read by eavesdrop on logs, server/),
      expect.stringMatching(/^mallory learned it at/),
    ])
  })

  test('of several steps with one technique, one that was not tried is named beside the others’ outcome', () => {
    const outcomes = (first: string) =>
      late({ steps: [first, 'technique: drop, at: 60s'], durationS: 30 }).byTechnique.drop.outcomes
    expect(outcomes('technique: drop')).toEqual(['outage', 'not-tried'])
    expect(outcomes('technique: drop, match: { kind: rst }')).toEqual(['no-effect', 'not-tried'])
    expect(outcomes('technique: drop, at: 40s')).toEqual(['not-tried'])
  })
})

describe('packets that an attacker sends without having seen any', () => {
  /** The outcomes of a step at 5 s, and the expectations met, on a path with requests from `startS` on. */
  function inVain(vantage: string, technique: string, startS: number) {
    const { verdicts, expectations } = runScenario({
      text: `
version: 1
seed: 1
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms } }
paths: { idle: { from: client, to: server, port: 81 } }
workloads: { get: { path: idle, connection: per-request, requests: 1, start: ${startS}s } }
attackers: { mallory: { on: wan, vantage: ${vantage}, plan: [{ path: idle, technique: ${technique}, at: 5s, for: 1s }] } }
expect: ["never outage, disrupted by mallory on idle"]
`,
    })
    return [verdicts[0].worst, expectations[0].met]
  }

  test.each([
    ['blind', 'reset'],
    ['blind', 'inject'],
    ['side', 'spoof-arp'],
  ])('packets sent blindly (%s %s) do not count as tried if nobody used the path by then', (vantage, technique) => {
    expect(inVain(vantage, technique, 8)).toEqual(['not-tried', false])
    expect(inVain(vantage, technique, 1)).toEqual(['no-effect', true])
  })
})

describe('an attack on new connections, in whose time none opens', () => {
  const KEPT = `
version: 1
duration: 10s
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms } }
paths: { logs: { from: client, to: server } }
workloads: { get: { path: logs, connection: keep-alive, rate: 5/s, for: 9s, carries: [log-line] } }
`
  const attacked = (step: string, expectations = '') =>
    runScenario({
      text: `${KEPT}
attackers: { mallory: { on: wan, vantage: inline, plan: [{ path: logs, ${step} }] } }
expect: [${expectations}]`,
    })

  test.each(['impersonate-server', 'relay'] as const)(
    'an attack on new connections during which none opens is not tried: %s',
    (technique) => {
      const result = attacked(
        `technique: ${technique}, at: 5s`,
        '"never read by mallory", "secret(log-line) stays secret"',
      )
      expect(result.verdicts[0].outcomes).toEqual(['not-tried'])
      expect(result.verdicts[0].evidence.map(({ what }) => what)).toEqual([
        'no connection of the path opened while the step lasted, and it acts on new ones only',
      ])
      expect(result.expectations.map(({ met }) => met)).toEqual([false, false])
      expect(() => expect(result).toResist(technique)).toThrow('was not tried')
    },
  )

  test('an attack on new connections is tried if a connection opens during it, and an attack on open ones in any case', () => {
    expect(attacked('technique: relay').verdicts[0].outcomes).toContain('read')
    expect(attacked('technique: eavesdrop, at: 5s').verdicts[0].outcomes).toContain('read')
    expect(attacked('technique: drop, at: 5s').verdicts[0].worst).not.toBe('not-tried')
  })
})
