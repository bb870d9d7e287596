import { describe, expect, it } from 'vitest'
import {
  type CheckedScenario,
  loadScenario,
  type ScenarioOptions,
  type ScenarioSource,
} from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'

const HOSTS =
  'version: 1\nhosts: { master: {}, node: { addresses: [10.9.9.9] } }\nlinks: { wan: { between: [master, node], delay: 10ms } }\n'
const WORKLOAD = 'workloads: { w: { path: p, requests: 1 } }\n'

function load(text: string, options: ScenarioOptions = {}, source: Partial<ScenarioSource> = {}): CheckedScenario {
  const loaded = loadScenario({ text, file: 'test.yaml', ...source }, options)
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.scenario
}

function withPath(path: string, more = ''): CheckedScenario['blueprint'] {
  return load(`${HOSTS}paths: { p: { from: master, to: node, ${path} } }\n${WORKLOAD}${more}`).blueprint
}

describe('defaults of a scenario', () => {
  it('a custom path is plain HTTP on port 80 by default', () => {
    const { paths, identities } = withPath('tunnel: none')
    const ends = { from: 'master', to: 'node', address: null, port: 80, service: null }
    expect(paths).toEqual([
      { name: 'p', declared: 'p', kind: 'custom', ...ends, protocol: 'http/1.1', tls: null, tunnel: null },
    ])
    expect(identities).toEqual([])
  })

  it('a TLS server has by default an ECDSA certificate of the default CA for its name and addresses, and clients verify it', () => {
    const { paths, identities } = withPath('scheme: https')
    expect(paths[0].port).toBe(443)
    expect(paths[0].tls).toEqual({
      version: '1.3',
      verify: 'ca',
      ca: 'default-ca',
      serverCertificate: 'node-serving',
      clientCa: null,
      client: { kind: 'none' },
      keyExchange: 'x25519',
    })
    expect(identities.find(({ name }) => name === 'node-serving')).toMatchObject({
      issuer: 'default-ca',
      sans: ['node', '10.9.9.9'],
      usages: ['server'],
      key: 'ecdsa-p256',
      notBeforeS: 0,
      notAfterS: 31_536_000,
    })
    expect(identities.find(({ name }) => name === 'default-ca')).toMatchObject({ kind: 'ca' })
  })

  it('a kubelet signs its own certificate by default, and the apiserver presents one but verifies none', () => {
    const { paths, identities } = withPath('kind: apiserver-kubelet')
    expect(paths[0].port).toBe(10250)
    expect(paths[0].tls).toMatchObject({
      verify: 'none',
      serverCertificate: 'node-kubelet',
      clientCa: 'default-ca',
      client: { kind: 'certificate', certificate: 'apiserver-kubelet-client' },
    })
    expect(identities.find(({ name }) => name === 'node-kubelet')).toMatchObject({
      issuer: 'node-kubelet-ca',
      includesIssuer: true,
      key: 'rsa-2048',
      sans: ['node'],
    })
    expect(identities.find(({ name }) => name === 'apiserver-kubelet-client')).toMatchObject({
      organizations: ['system:masters'],
      usages: ['client'],
    })
  })

  it('a kubelet that a path verifies has a certificate of the default CA, for all its paths', () => {
    const text = `${HOSTS}paths:\n  p: { kind: apiserver-kubelet, from: master, to: node }\n  e: { kind: apiserver-kubelet, from: master, to: node, tls: { verify: ca } }\n${WORKLOAD}`
    const { paths, identities } = load(text).blueprint
    expect(paths.map(({ tls }) => tls?.serverCertificate)).toEqual(['node-kubelet-serving', 'node-kubelet-serving'])
    expect(identities.find(({ name }) => name === 'node-kubelet-serving')).toMatchObject({
      issuer: 'default-ca',
      key: 'rsa-2048',
      sans: ['node', '10.9.9.9'],
    })
    expect(identities.map(({ name }) => name)).not.toContain('node-kubelet')
  })

  it('a tunnel is by default warm, ends at the server, and its host key is not verified', () => {
    expect(withPath('tunnel: ssh').paths[0].tunnel).toEqual({
      kind: 'ssh',
      warm: true,
      via: ['node'],
      own: 'node',
      hostKey: 'ignore',
    })
  })

  it('a token that a path needs exists by default', () => {
    const { paths, identities } = withPath('tls: { client: token }')
    expect(paths[0].tls?.client).toEqual({ kind: 'token', token: 'default-token' })
    expect(identities.find(({ name }) => name === 'default-token')).toMatchObject({
      account: 'default/default',
      expiresS: 3_600,
    })
  })

  it('the name of a scenario is that of its file', () => {
    const text = `${HOSTS}paths: { p: { from: master, to: node } }\n${WORKLOAD}`
    expect(load(text, {}, { file: 'some/where/my case.yaml' }).blueprint).toMatchObject({
      name: 'my-case',
      seed: 1,
      durationNs: null,
    })
    expect(load(text, {}, { file: '-' }).blueprint.name).toBe('scenario')
  })
})

describe('identities', () => {
  it('a declared identity replaces the default one of the same name', () => {
    const { identities } = withPath('scheme: https', 'identities: { default-ca: { kind: ca, key: rsa-2048 } }\n')
    expect(identities.find(({ name }) => name === 'default-ca')).toEqual({
      kind: 'ca',
      name: 'default-ca',
      cn: 'default-ca',
      key: 'rsa-2048',
      sans: ['default-ca'],
    })
  })

  it('the identity of a path overrides that of its host', () => {
    const more =
      'identities: { a: { kind: certificate }, b: { kind: certificate, issuer: self-signed, notBefore: -1h } }\n'
    const text = `${HOSTS.replace('10.9.9.9]', '10.9.9.9], certificate: a')}${more}${WORKLOAD}`
    const certificate = (tls: string) =>
      load(`${text}paths: { p: { from: master, to: node, tls: ${tls} } }\n`).blueprint.paths[0].tls?.serverCertificate
    expect(certificate('{}')).toBe('a')
    expect(certificate('{ identity: b }')).toBe('b')
  })

  it('the validity of a certificate can exceed simulated time and begin in the past', () => {
    const more =
      'identities: { c: { kind: certificate, issuer: self-signed, notBefore: -1h, notAfter: 36500d }, t: { kind: service-account-token, account: a/b, expires: never } }\n'
    const { identities } = withPath('scheme: http', more)
    expect(identities).toMatchObject([
      { name: 'c', issuer: null, notBeforeS: -3_600, notAfterS: 3_153_600_000 },
      { name: 't', expiresS: null },
    ])
  })

  it('a server trusts the issuer of the client certificate that a path names', () => {
    const more = 'identities: { ours: { kind: ca }, me: { kind: certificate, issuer: ours, usages: [client] } }\n'
    expect(withPath('tls: { client: { certificate: me } }', more).paths[0].tls).toMatchObject({
      clientCa: 'ours',
      client: { certificate: 'me' },
    })
  })
})

describe('links', () => {
  const linkOf = (keys: string) => {
    const text = `${HOSTS.replace('delay: 10ms', keys)}paths: { p: { from: master, to: node } }\n${WORKLOAD}`
    return load(text).blueprint.links[0]
  }

  it('links are ideal by default', () => {
    const ideal = {
      delayNs: 0,
      rateBps: null,
      jitter: { kind: 'none' },
      lossRatio: 0,
      lossBursts: null,
      queueBytes: null,
      mtuBytes: 1_500,
    }
    expect(linkOf('')).toEqual({
      name: 'wan',
      between: ['master', 'node'],
      profile: null,
      forward: ideal,
      backward: ideal,
    })
  })

  it('links have exact values', () => {
    expect(
      linkOf(
        'delay: 0.1ms, rate: 1.5Mbps, loss: 0.1%, queue: 200 packets, mtu: 1460, jitter: { normal: 250us, reorder: true }',
      ).forward,
    ).toEqual({
      delayNs: 100_000,
      rateBps: 1_500_000,
      jitter: { kind: 'normal', deviationNs: 250_000, canReorder: true },
      lossRatio: 0.001,
      lossBursts: null,
      queueBytes: 292_000,
      mtuBytes: 1_460,
    })
  })

  it('links can override a profile, and differ by direction', () => {
    const { forward, backward } = linkOf('profile: public-network, loss: 0%, backward: { delay: 30ms, queue: 300KB }')
    expect(forward).toMatchObject({
      delayNs: 20_000_000,
      lossRatio: 0,
      mtuBytes: 1_500,
      jitter: { kind: 'normal', deviationNs: 500_000 },
    })
    expect(backward).toEqual({ ...forward, delayNs: 30_000_000, queueBytes: 300_000 })
  })

  it('links accept 0 without a unit for every value', () => {
    expect(linkOf('delay: 0, loss: 0').forward).toMatchObject({ delayNs: 0, lossRatio: 0 })
  })
})

describe('events of a scenario', () => {
  it('overlapping events on one link are all in effect while they last', () => {
    const more =
      'events:\n  - { at: 10s, for: 20s, set: { links.wan.loss: 1% } }\n  - { at: 20s, for: 20s, set: { links.wan.forward.delay: 50ms } }\n'
    const { events } = withPath('port: 80', more)
    const figures = events.map(
      (event) =>
        event.kind === 'set-link' && [
          event.atNs / 1e9,
          event.forward.lossRatio,
          event.forward.delayNs / 1e6,
          event.backward.delayNs / 1e6,
        ],
    )
    expect(figures).toEqual([
      [10, 0.01, 10, 10],
      [20, 0.01, 50, 10],
      [30, 0, 50, 10],
      [40, 0, 10, 10],
    ])
  })

  it('an event without an end changes the state to which temporary ones return', () => {
    const more =
      'events:\n  - { at: 20s, for: 5s, set: { links.wan.loss: 5% } }\n  - { at: 10s, set: { links.wan.loss: 1% } }\n'
    const { events } = withPath('port: 80', more)
    expect(events.map((event) => event.kind === 'set-link' && [event.atNs / 1e9, event.forward.lossRatio])).toEqual([
      [10, 0.01],
      [20, 0.05],
      [25, 0.01],
    ])
  })
})

/** A workload that says nothing of Kubernetes. */
const REQUESTS = { kind: 'requests', carries: [], objects: null, target: null }

it('workloads are closed loops, or open loops until the scenario ends', () => {
  const text = `${HOSTS}duration: 60s\npaths: { p: { from: master, to: node } }\nworkloads:\n  closed: { path: p, requests: 10, concurrency: 2, response: 20MB }\n  open: { path: p, rate: 6/m, arrivals: poisson, start: 10s, request: 1KiB }\n`
  expect(load(text).blueprint.workloads).toEqual([
    {
      name: 'closed',
      path: 'p',
      ...REQUESTS,
      connection: 'keep-alive',
      arrivals: { kind: 'closed', requests: 10, concurrency: 2 },
      requestBytes: 0,
      responseBytes: 20_000_000,
      startNs: 0,
    },
    {
      name: 'open',
      path: 'p',
      ...REQUESTS,
      connection: 'keep-alive',
      arrivals: { kind: 'open', ratePerS: 0.1, spacing: 'poisson', forNs: 50_000_000_000 },
      requestBytes: 1_024,
      responseBytes: 1_000,
      startNs: 10_000_000_000,
    },
  ])
})

it('expectations are read with their bounds', () => {
  const more =
    'expect:\n  - latency(w) p50 < 120ms\n  - throughput(w) >= 80 Mbps\n  - failed(w)=0\n  - workload(w) digest 53de64a7\n  - digest 53de64a753de64a7\n'
  const { expectations } = load(`${HOSTS}paths: { p: { from: master, to: node } }\n${WORKLOAD}${more}`)
  expect(expectations).toEqual([
    {
      kind: 'latency',
      text: 'latency(w) p50 < 120ms',
      workload: 'w',
      statistic: 'p50',
      comparison: '<',
      boundNs: 120_000_000,
    },
    { kind: 'throughput', text: 'throughput(w) >= 80 Mbps', workload: 'w', comparison: '>=', boundBps: 80_000_000 },
    { kind: 'failed', text: 'failed(w)=0', workload: 'w', comparison: '=', bound: 0 },
    { kind: 'digest', text: 'workload(w) digest 53de64a7', workload: 'w', prefix: '53de64a7' },
    { kind: 'digest', text: 'digest 53de64a753de64a7', workload: null, prefix: '53de64a753de64a7' },
  ])
})

describe('automatic addresses', () => {
  const addressesOf = (hosts: string) => {
    const text = `version: 1\nhosts: { ${hosts} }\npaths: { p: { from: b, to: b } }\n${WORKLOAD}`
    return Object.fromEntries(load(text).blueprint.hosts.map(({ name, addresses }) => [name, addresses[0]]))
  }

  it('automatic addresses derive from the name alone, not from other hosts or their order', () => {
    const few = addressesOf('a: {}, b: {}')
    const many = addressesOf('z: {}, b: {}, a: {}, c: {}')
    expect(many).toMatchObject(few)
    expect(few.a).toMatch(/^10\.\d+\.\d+\.\d+$/)
    expect(new Set(Object.values(many)).size).toBe(4)
  })

  it('automatic addresses avoid addresses that are given to hosts', () => {
    const { b } = addressesOf('b: {}')
    const moved = addressesOf(`a: { addresses: [${b}] }, b: {}`)
    expect(moved.a).toBe(b)
    expect(moved.b).not.toBe(b)
  })
})

describe('--set and --seed', () => {
  const text = `${HOSTS}paths: { p: { from: master, to: node } }\n${WORKLOAD}events: [{ at: 1s, link: wan, state: down }]\n`
  const set = (...overrides: string[]) => load(text, { set: overrides }).blueprint

  it('--set replaces values, creates missing maps, and changes list items', () => {
    expect(set('links.wan.loss=1%').links[0].forward.lossRatio).toBe(0.01)
    expect(set('hosts.node.tcp.congestion=reno').hosts[1].tcp.congestion).toBe('reno')
    expect(set('events.0.at=2s').events[0].atNs).toBe(2_000_000_000)
    expect(set('links.wan.jitter={ uniform: 1ms }').links[0].forward.jitter).toEqual({
      kind: 'uniform',
      amplitudeNs: 1_000_000,
      canReorder: false,
    })
  })

  it('later overrides by --set win, and --seed is separate', () => {
    expect(set('seed=2', 'seed=3').seed).toBe(3)
    expect(load(text, { set: ['seed=2'], seed: 9 }).blueprint.seed).toBe(9)
  })
})

describe('extends', () => {
  const base = `${HOSTS}seed: 3\npaths: { p: { from: master, to: node } }\n${WORKLOAD}`
  const files: Record<string, string> = {
    'dir/base.yaml': base,
    'dir/bad.yaml': base.replace('delay: 10ms', 'delay: 10'),
    'dir/loop.yaml': 'extends: ./loop.yaml\n',
    'dir/sub/middle.yaml': 'extends: ../base.yaml\nseed: 4\n',
  }
  const read = (path: string) => {
    if (!Object.hasOwn(files, path)) throw new Error('no such file')
    return files[path]
  }
  const problems = (text: string, source: Partial<ScenarioSource> = {}) => {
    const loaded = loadScenario({ text, file: 'dir/own.yaml', read, ...source })
    return loaded.ok ? 'sound' : loaded.problems.map(formatProblem).join('\n')
  }

  it('extends merges maps, and the extending file wins', () => {
    const { blueprint } = load(
      'extends: ./sub/middle.yaml\nlinks: { wan: { loss: 1% } }\n',
      {},
      { file: 'dir/own.yaml', read },
    )
    expect(blueprint.seed).toBe(4)
    expect(blueprint.links[0].forward).toMatchObject({ delayNs: 10_000_000, lossRatio: 0.01 })
  })

  it('extends reports a problem in the file that has it', () => {
    expect(problems('extends: bad.yaml\nname: own\n')).toMatchInlineSnapshot(`
      "dir/bad.yaml:3:49: error[wrong-unit]: a duration needs a unit, and 10 has none
      3 | links: { wan: { between: [master, node], delay: 10 } }
                                                          ^^
      hint: write it like 10ms; the units are ns, us, ms, s, m, h, d"
    `)
  })

  it('extends reports a missing file where it is named', () => {
    expect(problems('name: own\nextends: nowhere.yaml\n')).toMatchInlineSnapshot(`
      "dir/own.yaml:2:10: error[bad-base]: cannot read dir/nowhere.yaml: no such file
      2 | extends: nowhere.yaml
                   ^^^^^^^^^^^^"
    `)
  })

  it('extends refuses a file that extends itself', () => {
    expect(problems('extends: loop.yaml\n')).toMatchInlineSnapshot(`
      "dir/loop.yaml:1:10: error[bad-base]: dir/loop.yaml extends itself: dir/own.yaml -> dir/loop.yaml -> dir/loop.yaml
      1 | extends: ./loop.yaml
                   ^^^^^^^^^^^"
    `)
  })

  it.each([
    'root:x:0:0:root:/root:/bin/sh',
    'apiVersion: v1\nkind: Secret\ndata: { password: aHVudGVyMg== }',
    '{ "version": "1.2.0" }',
    'version: 10',
    '- version',
  ])('extends refuses a file that is no scenario, without showing its content: %j', (text) => {
    const loaded = loadScenario({ text: 'extends: secret\n', file: 'own.yaml', read: () => text })
    expect(loaded.ok ? [] : loaded.problems).toEqual([
      {
        file: 'own.yaml',
        line: 1,
        column: 10,
        endColumn: 16,
        code: 'bad-base',
        message: 'secret is no scenario: it has no `version: 1`',
        sourceLine: 'extends: secret',
      },
    ])
  })

  it('extends refuses bases that are too large together for a run folder', () => {
    const many = (name: string) => `hosts: {${Array.from({ length: 90_000 }, (_, i) => `${name}${i}: 1,`).join('')}}\n`
    const read = (path: string) =>
      `version: 1\n${path === 'a' ? 'extends: b\n' : path === 'b' ? 'extends: c\n' : ''}${many(path)}`
    const loaded = loadScenario({ text: 'extends: a\n', file: 'own.yaml', read })
    expect(loaded.ok ? [] : loaded.problems.map(({ code, message }) => [code, message])).toEqual([
      ['too-large', 'more than 250000 values, with aliases and bases expanded'],
    ])
  })

  it('extends refuses aliases that expand to too large a text', () => {
    const text = `version: 1\na: &a ${'x'.repeat(2000)}\nb: [${'*a,'.repeat(9000)}]\n`
    const loaded = loadScenario({ text, file: 'own.yaml' })
    expect(loaded.ok ? [] : loaded.problems.map(({ code }) => code)).toEqual(['too-large'])
  })

  it('extends is refused without a way to read files', () => {
    const loaded = loadScenario({ text: `extends: base.yaml\n${base}`, file: 'own.yaml' })
    expect(loaded.ok ? [] : loaded.problems.map(({ code }) => code)).toEqual(['bad-base'])
  })
})
