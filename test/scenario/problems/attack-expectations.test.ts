import { describe, expect, it } from 'vitest'
import { withEnd } from './sound.ts'

const MALLORY = 'attackers:\n  mallory: { on: wan, vantage: inline, plan: [{ technique: relay, path: logs }] }\n'
const line = (text: string) => withEnd(`${MALLORY}expect:\n  - ${text}\n`)
const accepted = (text: string) => withEnd(`${MALLORY}accept:\n  - ${text}\n`)

describe('loadScenario, expectations about attackers,', () => {
  it.each([
    'never read, modified by mallory on logs',
    'never read by mallory',
    'never privilege by mallory on the kubelet path',
    'verdict(mallory, logs, relay) includes impersonated',
    'verdict(mallory, the kubelet path) excludes relayed',
    'verdict(mallory, logs) is unreachable',
    'secret(node-kubelet) stays secret',
    'secret(node-kubelet) stays secret from everybody',
    'secret(node-kubelet) stays secret from mallory',
    'exposure(mallory, logs) < 40%',
    'noticed(mallory, logs, relay) security',
    'verdict(mallory, the pod path) is not-applicable',
  ])('loadScenario checks expectations about attackers: %s', (text) => expect(line(text)).toBe('sound'))

  it('loadScenario refuses an expectation with an unknown attacker, path, technique or secret', () => {
    expect(line('never read by malory on logs')).toMatchInlineSnapshot(`
      "test.yaml:18:19: error[unknown-name]: no attacker is named malory
      18 |   - never read by malory on logs
                             ^^^^^^
      hint: did you mean mallory?"
    `)
    expect(line('verdict(mallory, lgos) is no-effect')).toMatchInlineSnapshot(`
      "test.yaml:18:22: error[unknown-name]: no path is named lgos
      18 |   - verdict(mallory, lgos) is no-effect
                                ^^^^
      hint: did you mean logs?"
    `)
    expect(line('verdict(mallory, the kublet path) is no-effect')).toMatchInlineSnapshot(`
      "test.yaml:18:22: error[unknown-name]: no path has the role "the kublet path"
      18 |   - verdict(mallory, the kublet path) is no-effect
                                ^^^^^^^^^^^^^^^
      hint: roles of paths in this scenario: the kubelet path, the custom path, every path; each can end in over HTTPS, over HTTP, through an SSH tunnel, through Konnectivity, without a tunnel"
    `)
    expect(line('verdict(mallory, logs, replay) is no-effect')).toMatchInlineSnapshot(`
      "test.yaml:18:28: error[unknown-name]: mallory does not use replay on logs, so there is no verdict
      18 |   - verdict(mallory, logs, replay) is no-effect
                                      ^^^^^^
      hint: its plan attacks logs"
    `)
    expect(line('verdict(mallory, logs, mitm) is no-effect')).toMatchInlineSnapshot(`
      "test.yaml:18:28: error[bad-expectation]: expected a technique (<all techniques>), found mitm
      18 |   - verdict(mallory, logs, mitm) is no-effect
                                      ^^^^
      hint: did you mean impersonate-server?"
    `)
    expect(line('secret(exec-stdin) stays secret from mallory')).toMatchInlineSnapshot(`
      "test.yaml:18:12: error[unknown-name]: no secret is named exec-stdin
      18 |   - secret(exec-stdin) stays secret from mallory
                      ^^^^^^^^^^
      hint: declared: default-ca, apiserver-kubelet-client, node-kubelet-ca, node-kubelet"
    `)
  })

  it('loadScenario refuses an expectation about a path that is not attacked', () => {
    expect(line('never read by mallory on plain')).toMatchInlineSnapshot(`
      "test.yaml:18:30: error[unknown-name]: mallory does not attack plain, so there is no verdict
      18 |   - never read by mallory on plain
                                        ^^^^^
      hint: its plan attacks logs"
    `)
  })

  it('loadScenario refuses an expectation about several paths', () => {
    expect(line('verdict(mallory, every path) is no-effect')).toMatchInlineSnapshot(`
      "test.yaml:18:22: error[unknown-name]: an expectation needs one path, and "every path" means 2
      18 |   - verdict(mallory, every path) is no-effect
                                ^^^^^^^^^^
      hint: name one of them"
    `)
  })

  it('loadScenario refuses an unknown outcome', () => {
    expect(line('never hacked by mallory on logs')).toMatchInlineSnapshot(`
      "test.yaml:18:11: error[bad-expectation]: expected an outcome (privilege credential relayed impersonated modified read outage disrupted degraded metadata no-effect not-tried unreachable not-applicable), found hacked
      18 |   - never hacked by mallory on logs
                     ^^^^^^
      hint: write it like never read, modified by ATTACKER on PATH"
    `)
    expect(line('verdict(mallory, logs) includes rad')).toMatchInlineSnapshot(`
      "test.yaml:18:37: error[bad-expectation]: expected an outcome (privilege credential relayed impersonated modified read outage disrupted degraded metadata no-effect not-tried unreachable not-applicable), found rad
      18 |   - verdict(mallory, logs) includes rad
                                               ^^^
      hint: did you mean read?"
    `)
  })

  it('loadScenario refuses an incomplete expectation about attackers, and one with extra words', () => {
    expect(line('never read')).toMatchInlineSnapshot(`
      "test.yaml:18:15: error[bad-expectation]: expected the word by, found the end of the line
      18 |   - never read
                         ^
      hint: write it like never read, modified by ATTACKER on PATH"
    `)
    expect(line('verdict(mallory) is no-effect')).toMatchInlineSnapshot(`
      "test.yaml:18:20: error[bad-expectation]: expected a comma, found )
      18 |   - verdict(mallory) is no-effect
                              ^
      hint: write it like verdict(ATTACKER, PATH, TECHNIQUE) excludes read"
    `)
    expect(line('verdict(mallory, ) is no-effect')).toMatchInlineSnapshot(`
      "test.yaml:18:22: error[bad-expectation]: expected a path, found )
      18 |   - verdict(mallory, ) is no-effect
                                ^"
    `)
    expect(line('secret(node-kubelet) is secret')).toMatchInlineSnapshot(`
      "test.yaml:18:26: error[bad-expectation]: expected the word stays, found is
      18 |   - secret(node-kubelet) is secret
                                    ^^
      hint: write it like secret(exec-stdin) stays secret from ATTACKER"
    `)
    expect(line('exposure(mallory, logs) < 40')).toMatchInlineSnapshot(`
      "test.yaml:18:31: error[wrong-unit]: expected a ratio in percent, found "40"
      18 |   - exposure(mallory, logs) < 40
                                         ^^
      hint: did you mean 40%?"
    `)
    expect(line('noticed(mallory, logs) loudly')).toMatchInlineSnapshot(`
      "test.yaml:18:28: error[bad-expectation]: expected a level (none fault security), found loudly
      18 |   - noticed(mallory, logs) loudly
                                      ^^^^^^
      hint: write it like noticed(ATTACKER, PATH) security"
    `)
    expect(line('never read by mallory on')).toMatchInlineSnapshot(`
      "test.yaml:18:29: error[bad-expectation]: expected a path, found the end of the line
      18 |   - never read by mallory on
                                       ^
      hint: write it like never read, modified by ATTACKER on PATH"
    `)
  })
})

describe('loadScenario, the section accept,', () => {
  it('loadScenario accepts a verdict with a reason and a last day', () => {
    expect(accepted('{ verdict: read by mallory on logs, reason: internal only, until: 2028-02-29 }')).toBe('sound')
    expect(accepted('{ verdict: read by mallory on the kubelet path, reason: internal only }')).toBe('sound')
  })

  it('loadScenario refuses an acceptance without a reason, or with an invalid day', () => {
    expect(accepted('{ verdict: read by mallory on logs }')).toMatchInlineSnapshot(`
      "test.yaml:18:5: error[missing-key]: the key reason is missing in accept.0
      18 |   - { verdict: read by mallory on logs }
               ^"
    `)
    expect(accepted('{ verdict: read by mallory on logs, reason: x, until: 2027-02-29 }')).toMatchInlineSnapshot(`
      "test.yaml:18:59: error[unknown-value]: 2027-02-29 is not a date
      18 |   - { verdict: read by mallory on logs, reason: x, until: 2027-02-29 }
                                                                     ^^^^^^^^^^
      hint: write it like 2027-03-01"
    `)
  })

  it('loadScenario refuses an acceptance about a path that is not attacked', () => {
    expect(accepted('{ verdict: red by mallory on logs, reason: x }')).toMatchInlineSnapshot(`
      "test.yaml:18:16: error[bad-expectation]: expected an outcome (privilege credential relayed impersonated modified read outage disrupted degraded metadata no-effect not-tried unreachable not-applicable), found red
      18 |   - { verdict: red by mallory on logs, reason: x }
                          ^^^
      hint: did you mean read?"
    `)
    expect(accepted('{ verdict: read by malory on logs, reason: x }')).toMatchInlineSnapshot(`
      "test.yaml:18:24: error[unknown-name]: no attacker, vantage or technique is named malory
      18 |   - { verdict: read by malory on logs, reason: x }
                                  ^^^^^^
      hint: did you mean mallory?"
    `)
    expect(accepted('{ verdict: read by mallory on plain, reason: x }')).toMatchInlineSnapshot(`
      "test.yaml:18:35: error[unknown-name]: mallory does not attack plain, so there is no verdict
      18 |   - { verdict: read by mallory on plain, reason: x }
                                             ^^^^^
      hint: its plan attacks logs"
    `)
    expect(accepted('{ verdict: read by mallory, reason: x }')).toMatchInlineSnapshot(`
      "test.yaml:18:31: error[bad-expectation]: expected the word on, found the end of the line
      18 |   - { verdict: read by mallory, reason: x }
                                         ^
      hint: write it like read, modified by inline relay on PATH"
    `)
  })
})
