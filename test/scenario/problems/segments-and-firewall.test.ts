import { describe, expect, it } from 'vitest'
import { withChange, withEnd } from './sound.ts'

describe('loadScenario, segments,', () => {
  it('loadScenario refuses a segment without hosts, with an unknown host, or with a host twice', () => {
    expect(
      withEnd(`segments:
  empty: { hosts: [] }
  strange: { hosts: [master, nod] }
  twice: { hosts: [master, node, master] }
`),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:19: error[out-of-range]: at least one host
      16 |   empty: { hosts: [] }
                             ^^
      test.yaml:17:30: error[unknown-name]: no host is named nod
      17 |   strange: { hosts: [master, nod] }
                                        ^^^
      hint: did you mean node?
      test.yaml:18:34: error[contradiction]: master is listed twice
      18 |   twice: { hosts: [master, node, master] }
                                            ^^^^^^"
    `)
  })

  it('loadScenario refuses a segment with the name of a link', () => {
    expect(withEnd('segments: { wan: { hosts: [master, node] } }\n')).toMatchInlineSnapshot(`
      "test.yaml:15:13: error[contradiction]: wan is the name of both a link and a segment
      15 | segments: { wan: { hosts: [master, node] } }
                       ^^^
      hint: rename one of them, since routes and events can name both"
    `)
  })

  it('loadScenario refuses invalid values of a segment', () => {
    expect(
      withEnd(`segments:
  lan: { hosts: [master, node], delay: 1ms, jitter: { uniform: 2ms }, queue: 1KB, l2: wireless }
  both: { hosts: [master, node], delay: 1ms, jitter: { uniform: 1us, normal: 1us } }
  split: { hosts: [master, node], forward: { delay: 1ms } }
`),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:87: error[unknown-value]: expected routed or bridged, found "wireless"
      16 |   lan: { hosts: [master, node], delay: 1ms, jitter: { uniform: 2ms }, queue: 1KB, l2: wireless }
                                                                                                 ^^^^^^^^
      test.yaml:17:54: error[contradiction]: jitter has exactly one distribution
      17 |   both: { hosts: [master, node], delay: 1ms, jitter: { uniform: 1us, normal: 1us } }
                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: write it like { uniform: 1ms }
      test.yaml:18:35: error[unknown-key]: segments.split has no key "forward"
      18 |   split: { hosts: [master, node], forward: { delay: 1ms } }
                                             ^^^^^^^
      hint: known: hosts, l2, profile, <all keys of links>"
    `)
  })
})

describe('loadScenario, the firewall,', () => {
  it('loadScenario refuses firewall rules with unknown hosts or without ports', () => {
    expect(
      withEnd(`firewall:
  default: reject
  rules:
    - { from: mastr, to: node, action: deny }
    - { from: "*", ports: [0], action: deny }
    - { ports: [], action: drop }
    - { to: node }
`),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:12: error[unknown-value]: expected allow or deny, found "reject"
      16 |   default: reject
                      ^^^^^^
      test.yaml:18:15: error[unknown-name]: no host or segment is named mastr
      18 |     - { from: mastr, to: node, action: deny }
                         ^^^^^
      hint: did you mean master?
      test.yaml:19:28: error[out-of-range]: 0 is out of range: from 1 to 65535
      19 |     - { from: "*", ports: [0], action: deny }
                                      ^
      test.yaml:20:16: error[out-of-range]: at least one port; leave \`ports\` out for all
      20 |     - { ports: [], action: drop }
                          ^^
      test.yaml:20:28: error[unknown-value]: expected allow, deny or reject, found "drop"
      20 |     - { ports: [], action: drop }
                                      ^^^^
      test.yaml:21:7: error[missing-key]: the key action is missing in firewall.rules.3
      21 |     - { to: node }
                 ^"
    `)
  })

  it('loadScenario refuses a firewall rule whose name is both a host and a segment', () => {
    expect(
      withEnd(`segments: { node: { hosts: [master, node] } }
firewall: { rules: [{ to: node, action: deny }] }
`),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:27: error[contradiction]: node is the name of both a host and a segment
      16 | firewall: { rules: [{ to: node, action: deny }] }
                                     ^^^^
      hint: rename one of them"
    `)
  })
})

describe('loadScenario, routes,', () => {
  it('loadScenario refuses two routes for one prefix', () => {
    expect(withEnd('routes: { master: { 10.0.0.0/8: wan, 10.0.0.0/08: wan } }\n')).toMatchInlineSnapshot(`
      "test.yaml:15:38: error[contradiction]: 10.0.0.0/08 is the same prefix as 10.0.0.0/8
      15 | routes: { master: { 10.0.0.0/8: wan, 10.0.0.0/08: wan } }
                                                ^^^^^^^^^^^
      hint: write it once, as 10.0.0.0/8"
    `)
  })

  it('loadScenario refuses a route over a segment without the host', () => {
    expect(
      withEnd(`segments: { lan: { hosts: [node] } }
routes: { master: { 10.0.0.0/8: lan } }
`),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:33: error[contradiction]: the segment lan does not end at master
      16 | routes: { master: { 10.0.0.0/8: lan } }
                                           ^^^"
    `)
  })
})

describe('loadScenario, times,', () => {
  it('loadScenario refuses a duration above the longest run', () => {
    expect(withChange('duration: 60s', 'duration: 101d')).toMatchInlineSnapshot(`
      "test.yaml:3:11: error[out-of-range]: 101d is out of range: at most 100d, since no run is longer
      3 | duration: 101d
                    ^^^^"
    `)
  })

  it('loadScenario refuses a workload that ends after the longest run', () => {
    expect(withChange('requests: 100', 'requests: 100, start: 104d')).toMatchInlineSnapshot(`
      "test.yaml:14:47: error[out-of-range]: 104d is out of range: at most 100d, since no run is longer
      14 |   fresh: { path: plain, requests: 100, start: 104d }
                                                         ^^^^"
    `)
  })

  it('loadScenario refuses an event that begins or ends after the longest run', () => {
    expect(
      withEnd(`events:
  - { at: 104d, link: wan, state: down }
  - { at: 0ns, link: wan, state: down }
  - { at: 99d, for: 2d, link: wan, state: down }
`),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:11: error[out-of-range]: 104d is out of range: at most 100d, since no run is longer
      16 |   - { at: 104d, link: wan, state: down }
                     ^^^^
      test.yaml:17:11: error[out-of-range]: 0ns is out of range: at least 1ns, since the run begins at 0s
      17 |   - { at: 0ns, link: wan, state: down }
                     ^^^
      test.yaml:18:21: error[out-of-range]: the event would end after 100d, and no run is longer
      18 |   - { at: 99d, for: 2d, link: wan, state: down }
                               ^^
      hint: leave \`for\` out for an event that lasts until the end"
    `)
  })
})
