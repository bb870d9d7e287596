import { describe, expect, it } from 'vitest'
import { withEnd } from './sound.ts'

const attacker = (text: string) => withEnd(`attackers:\n  mallory: ${text}\n`)
const step = (text: string) => attacker(`{ on: wan, vantage: inline, plan: [{ ${text} }] }`)

describe('loadScenario, attackers,', () => {
  it('loadScenario refuses an attacker name that begins with ~, as names of its own hosts do', () => {
    expect(
      withEnd('attackers:\n  ~mallory: { vantage: inline, on: wan, plan: [{ technique: drop }] }\n'),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:3: error[bad-name]: "~mallory" is not a valid name
      16 |   ~mallory: { vantage: inline, on: wan, plan: [{ technique: drop }] }
             ^^^^^^^^
      hint: use 1 to 100 ASCII letters, digits, - and _"
    `)
  })

  it('loadScenario refuses an attacker without a vantage or plan', () => {
    expect(withEnd('attackers:\n  mallory: { on: wan }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:3: error[missing-key]: the key vantage is missing in attackers.mallory
      16 |   mallory: { on: wan }
             ^^^^^^^
      test.yaml:16:3: error[missing-key]: the key plan is missing in attackers.mallory
      16 |   mallory: { on: wan }
             ^^^^^^^"
    `)
    expect(attacker('{ on: wan, vantage: off-path, plan: [] }')).toMatchInlineSnapshot(`
      "test.yaml:16:32: error[unknown-value]: expected blind, passive, side, inline, pod, node or user, found "off-path"
      16 |   mallory: { on: wan, vantage: off-path, plan: [] }
                                          ^^^^^^^^
      hint: RFC 3552 means blind by this word, and RFC 9000 means side; write the one that is meant
      test.yaml:16:48: error[out-of-range]: at least one step
      16 |   mallory: { on: wan, vantage: off-path, plan: [] }
                                                          ^^"
    `)
  })

  it('loadScenario refuses an attacker without a place', () => {
    expect(attacker('{ vantage: inline, plan: [{ technique: drop }] }')).toMatchInlineSnapshot(`
      "test.yaml:16:3: error[missing-key]: the key on is missing in attackers.mallory
      16 |   mallory: { vantage: inline, plan: [{ technique: drop }] }
             ^^^^^^^
      hint: write the link or segment of the attacker"
    `)
  })

  it('loadScenario refuses an attacker at an unknown place', () => {
    expect(attacker('{ on: wam, vantage: inline, plan: [{ technique: drop }] }')).toMatchInlineSnapshot(`
      "test.yaml:16:18: error[unknown-name]: no link, segment, host or pod is named wam
      16 |   mallory: { on: wam, vantage: inline, plan: [{ technique: drop }] }
                            ^^^
      hint: did you mean wan?"
    `)
  })

  it('loadScenario refuses a vantage that does not fit the place', () => {
    expect(attacker('{ on: wan, vantage: pod, plan: [{ technique: drop }] }')).toMatchInlineSnapshot(`
      "test.yaml:16:18: error[contradiction]: the vantage pod needs a host, and wan is a link
      16 |   mallory: { on: wan, vantage: pod, plan: [{ technique: drop }] }
                            ^^^
      hint: name a host, or use the vantage passive, side or inline"
    `)
    expect(attacker('{ on: node, vantage: inline, plan: [{ technique: drop }] }')).toMatchInlineSnapshot(`
      "test.yaml:16:18: error[contradiction]: the vantage inline needs a link or segment, and node is a host
      16 |   mallory: { on: node, vantage: inline, plan: [{ technique: drop }] }
                            ^^^^
      hint: name a link or segment, or use the vantage pod or node"
    `)
  })

  it('loadScenario refuses a user with a place, and a user without a name', () => {
    expect(attacker('{ on: node, vantage: user, plan: [{ technique: direct-request }] }')).toMatchInlineSnapshot(`
      "test.yaml:16:14: error[contradiction]: an attacker whose vantage is user has no place on the network
      16 |   mallory: { on: node, vantage: user, plan: [{ technique: direct-request }] }
                        ^^
      hint: write \`as\` with a name of cluster.users, or with the host of the user"
    `)
    expect(attacker('{ as: nobody, vantage: user, plan: [{ technique: direct-request }] }')).toMatchInlineSnapshot(`
      "test.yaml:16:18: error[unknown-name]: no host is named nobody
      16 |   mallory: { as: nobody, vantage: user, plan: [{ technique: direct-request }] }
                            ^^^^^^
      hint: declared: master, node, other"
    `)
  })

  it('loadScenario refuses `as` for an attacker that is not a user', () => {
    expect(attacker('{ on: wan, as: node, vantage: inline, plan: [{ technique: drop }] }')).toMatchInlineSnapshot(`
      "test.yaml:16:23: error[contradiction]: \`as\` names the user of an attacker whose vantage is user
      16 |   mallory: { on: wan, as: node, vantage: inline, plan: [{ technique: drop }] }
                                 ^^
      hint: write \`on\` with the place of the attacker"
    `)
  })

  it('loadScenario refuses a held identity that does not exist', () => {
    expect(
      attacker('{ on: wan, vantage: inline, holds: [wan, a key to everything], plan: [{ technique: drop }] }'),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:48: error[unknown-name]: no identity is named wan
      16 |   mallory: { on: wan, vantage: inline, holds: [wan, a key to everything], plan: [{ technique: drop }] }
                                                          ^^^
      hint: declared: default-ca, apiserver-kubelet-client, node-kubelet-ca, node-kubelet
      test.yaml:16:53: error[unknown-name]: "a key to everything" is not a role of an identity
      16 |   mallory: { on: wan, vantage: inline, holds: [wan, a key to everything], plan: [{ technique: drop }] }
                                                               ^^^^^^^^^^^^^^^^^^^
      hint: roles in this scenario: its client certificate, its server certificate, a powerless token, a garbage token"
    `)
  })

  it('loadScenario refuses an unknown ally, and an attacker that is its own ally', () => {
    expect(
      attacker('{ on: wan, vantage: inline, allies: [eve, mallory], plan: [{ technique: drop }] }'),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:49: error[unknown-name]: no attacker is named eve
      16 |   mallory: { on: wan, vantage: inline, allies: [eve, mallory], plan: [{ technique: drop }] }
                                                           ^^^
      hint: declared: mallory
      test.yaml:16:54: error[contradiction]: mallory is its own ally
      16 |   mallory: { on: wan, vantage: inline, allies: [eve, mallory], plan: [{ technique: drop }] }
                                                                ^^^^^^^"
    `)
  })
})

describe('loadScenario, steps of an attack,', () => {
  it('loadScenario refuses an unknown technique', () => {
    expect(step('technique: mitm')).toMatchInlineSnapshot(`
      "test.yaml:16:60: error[unknown-value]: expected <all techniques>, found "mitm"
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: mitm }] }
                                                                      ^^^^
      hint: write the technique: impersonate-server, relay or tamper"
    `)
    expect(step('technique: impersonate')).toMatchInlineSnapshot(`
      "test.yaml:16:60: error[unknown-value]: expected <all techniques>, found "impersonate"
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: impersonate }] }
                                                                      ^^^^^^^^^^^
      hint: did you mean impersonate-server?"
    `)
  })

  it('loadScenario refuses an unknown path, by name and by role', () => {
    expect(step('technique: drop, path: lgos')).toMatchInlineSnapshot(`
      "test.yaml:16:72: error[unknown-name]: no path is named lgos
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: drop, path: lgos }] }
                                                                                  ^^^^
      hint: did you mean logs?"
    `)
    expect(step('technique: drop, path: the kublet path')).toMatchInlineSnapshot(`
      "test.yaml:16:72: error[unknown-name]: no path has the role "the kublet path"
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: drop, path: the kublet path }] }
                                                                                  ^^^^^^^^^^^^^^^
      hint: roles of paths in this scenario: the kubelet path, the custom path, every path; each can end in over HTTPS, over HTTP, through an SSH tunnel, through Konnectivity, without a tunnel"
    `)
    expect(step('technique: drop, path: [logs, ../logs]')).toMatchInlineSnapshot(`
      "test.yaml:16:79: error[bad-name]: "../logs" is neither a name nor a role
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: drop, path: [logs, ../logs] }] }
                                                                                         ^^^^^^^
      hint: use letters, digits, - and _"
    `)
  })

  it('loadScenario refuses `for` in a technique that happens once', () => {
    expect(step('technique: direct-request, for: 5s')).toMatchInlineSnapshot(`
      "test.yaml:16:76: error[contradiction]: the technique direct-request happens once, so it has no \`for\`
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: direct-request, for: 5s }] }
                                                                                      ^^^
      hint: its keys are count, with, ask"
    `)
  })

  it('loadScenario refuses a request through the node proxy without a cluster', () => {
    expect(step('technique: direct-request, path: logs, ask: node-proxy-exec')).toMatchInlineSnapshot(`
      "test.yaml:16:93: error[contradiction]: node-proxy-exec needs a cluster, whose apiserver has a node proxy
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: direct-request, path: logs, ask: node-proxy-exec }] }
                                                                                                       ^^^^^^^^^^^^^^^
      hint: add the section cluster, or use \`ask: exec\`"
    `)
    expect(step('technique: direct-request, path: logs, ask: exec')).toBe('sound')
  })

  it('loadScenario refuses a technique without the delay that it needs', () => {
    expect(step('technique: delay')).toMatchInlineSnapshot(`
      "test.yaml:16:60: error[missing-key]: the technique delay needs \`delay\`: the time by which packets are delayed
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: delay }] }
                                                                      ^^^^^
      hint: write it like { technique: delay, delay: 200ms }"
    `)
  })

  it('loadScenario refuses keys that a technique does not have', () => {
    expect(
      step('technique: eavesdrop, count: 3, match: { kind: data }, presents: x, with: y, ask: exec'),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:71: error[contradiction]: the technique eavesdrop has no count
      16 |  on: wan, vantage: inline, plan: [{ technique: eavesdrop, count: 3, match: { kind: data }, presents: x, with: y, ask
                                                                     ^^^^^
      hint: its keys are for
      test.yaml:16:81: error[contradiction]: the technique eavesdrop has no match
      16 | vantage: inline, plan: [{ technique: eavesdrop, count: 3, match: { kind: data }, presents: x, with: y, ask: exec }] 
                                                                     ^^^^^
      hint: its keys are for
      test.yaml:16:104: error[contradiction]: the technique eavesdrop has no presents
      16 | antage: inline, plan: [{ technique: eavesdrop, count: 3, match: { kind: data }, presents: x, with: y, ask: exec }] }
                                                                                           ^^^^^^^^
      hint: its keys are for
      test.yaml:16:114: error[unknown-name]: no identity is named x
      16 | antage: inline, plan: [{ technique: eavesdrop, count: 3, match: { kind: data }, presents: x, with: y, ask: exec }] }
                                                                                                     ^
      hint: declared: default-ca, apiserver-kubelet-client, node-kubelet-ca, node-kubelet
      test.yaml:16:117: error[contradiction]: the technique eavesdrop has no with
      16 | antage: inline, plan: [{ technique: eavesdrop, count: 3, match: { kind: data }, presents: x, with: y, ask: exec }] }
                                                                                                        ^^^^
      hint: its keys are for
      test.yaml:16:123: error[unknown-name]: no identity is named y
      16 | antage: inline, plan: [{ technique: eavesdrop, count: 3, match: { kind: data }, presents: x, with: y, ask: exec }] }
                                                                                                              ^
      hint: declared: default-ca, apiserver-kubelet-client, node-kubelet-ca, node-kubelet
      test.yaml:16:126: error[contradiction]: the technique eavesdrop has no ask
      16 | antage: inline, plan: [{ technique: eavesdrop, count: 3, match: { kind: data }, presents: x, with: y, ask: exec }] }
                                                                                                                 ^^^
      hint: its keys are for"
    `)
  })

  it('loadScenario refuses a match with an unknown host, or a role that is not a host', () => {
    expect(step('technique: drop, match: { from: nod }')).toContain('error[unknown-name]: no host is named nod')
    expect(
      step('technique: drop, match: { from: nod, to: the link that it crosses, kind: fyn }'),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:122: error[unknown-value]: expected any, syn, syn-ack, data, ack, fin or rst, found "fyn"
      16 | : wan, vantage: inline, plan: [{ technique: drop, match: { from: nod, to: the link that it crosses, kind: fyn } }] }
                                                                                                                     ^^^
      hint: did you mean syn?"
    `)
    expect(step('technique: drop, match: { from: nod, to: the link that it crosses }')).toMatchInlineSnapshot(`
      "test.yaml:16:81: error[unknown-name]: no host is named nod
      16 | llory: { on: wan, vantage: inline, plan: [{ technique: drop, match: { from: nod, to: the link that it crosses } }] }
                                                                                       ^^^
      hint: did you mean node?
      test.yaml:16:90: error[contradiction]: the link that it crosses is not a host
      16 | llory: { on: wan, vantage: inline, plan: [{ technique: drop, match: { from: nod, to: the link that it crosses } }] }
                                                                                                ^^^^^^^^^^^^^^^^^^^^^^^^"
    `)
  })

  it('loadScenario refuses a false server that presents a CA, a token or a certificate without its key', () => {
    expect(step('technique: relay, path: logs, presents: default-ca')).toMatchInlineSnapshot(`
      "test.yaml:16:89: error[contradiction]: default-ca is a CA, but a server presents a certificate
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: relay, path: logs, presents: default-ca }] }
                                                                                                   ^^^^^^^^^^"
    `)
    expect(step('technique: relay, path: logs, presents: node-kubelet')).toMatchInlineSnapshot(`
      "test.yaml:16:89: error[contradiction]: the attacker does not have the private key of node-kubelet
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: relay, path: logs, presents: node-kubelet }] }
                                                                                                   ^^^^^^^^^^^^
      hint: add holds: [node-kubelet]"
    `)
    expect(step('technique: relay, path: logs, presents: a powerless token')).toMatchInlineSnapshot(`
      "test.yaml:16:89: error[contradiction]: powerless-token is a token, but a server presents a certificate
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: relay, path: logs, presents: a powerless token }] }
                                                                                                   ^^^^^^^^^^^^^^^^^"
    `)
  })

  it('loadScenario refuses a CA as credential', () => {
    expect(step('technique: direct-request, path: logs, with: default-ca')).toMatchInlineSnapshot(`
      "test.yaml:16:94: error[contradiction]: default-ca is a CA, which is no credential of a client
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: direct-request, path: logs, with: default-ca }] }
                                                                                                        ^^^^^^^^^^
      hint: name a certificate or a token"
    `)
  })

  it('loadScenario refuses a credential that the attacker does not have and cannot steal', () => {
    expect(step('technique: direct-request, path: logs, with: apiserver-kubelet-client')).toMatchInlineSnapshot(`
      "test.yaml:16:94: error[contradiction]: the attacker does not have apiserver-kubelet-client
      16 | ory: { on: wan, vantage: inline, plan: [{ technique: direct-request, path: logs, with: apiserver-kubelet-client }] }
                                                                                                  ^^^^^^^^^^^^^^^^^^^^^^^^
      hint: add holds: [apiserver-kubelet-client], or a step that steals it"
    `)
    expect(
      step('technique: relay, path: logs }, { technique: direct-request, path: logs, with: apiserver-kubelet-client'),
    ).toBe('sound')
  })

  it('loadScenario accepts a credential that an ally can steal', () => {
    const mallory = (more: string) =>
      `  mallory: { on: wan, vantage: side, ${more}plan: [{ technique: direct-request, path: logs, with: apiserver-kubelet-client }] }`
    const thief = '  thief: { on: master, vantage: node, plan: [{ technique: steal-key }] }'
    expect(withEnd(`attackers:\n${mallory('allies: [thief], ')}\n${thief}\n`)).toBe('sound')
    expect(withEnd(`attackers:\n${mallory('')}\n${thief}\n`)).toContain(
      'the attacker does not have apiserver-kubelet-client',
    )
  })

  it('loadScenario refuses an attack step that ends after the longest run', () => {
    expect(step('technique: drop, at: 100d, for: 100d')).toMatchInlineSnapshot(`
      "test.yaml:16:81: error[out-of-range]: the step would end after 100d, and no run is longer
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: drop, at: 100d, for: 100d }] }
                                                                                           ^^^^
      hint: leave \`for\` out for a step that lasts until the end"
    `)
  })

  it('loadScenario refuses an attack step with a count of zero', () => {
    expect(step('technique: drop, count: 0')).toMatchInlineSnapshot(`
      "test.yaml:16:73: error[out-of-range]: 0 is out of range: from 1 to 9007199254740991
      16 |   mallory: { on: wan, vantage: inline, plan: [{ technique: drop, count: 0 }] }
                                                                                   ^"
    `)
  })
})

describe('loadScenario, roles of attackers,', () => {
  it('loadScenario lists a role that does not exist as absent, without a problem', () => {
    expect(step('technique: relay, path: the pod path')).toBe('sound')
    expect(step('technique: relay, path: the kubelet path through an SSH tunnel')).toBe('sound')
    expect(attacker('{ on: another node, vantage: node, plan: [{ technique: eavesdrop }] }')).toBe('sound')
  })

  it('loadScenario accepts a technique that the vantage cannot use, which fails in the run', () => {
    expect(attacker('{ on: wan, vantage: blind, plan: [{ technique: tamper }] }')).toBe('sound')
  })

  it('loadScenario refuses a text that is not the role of a place', () => {
    expect(
      attacker('{ on: the cable that it crosses, vantage: inline, plan: [{ technique: drop }] }'),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:18: error[unknown-name]: "the cable that it crosses" is not a role of a place
      16 |   mallory: { on: the cable that it crosses, vantage: inline, plan: [{ technique: drop }] }
                            ^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: roles in this scenario: the link that it crosses, a network of the server, the host that it comes from, the host that it leads to, the apiserver's host"
    `)
  })
})
