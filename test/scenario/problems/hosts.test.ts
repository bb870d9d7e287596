import { describe, expect, it } from 'vitest'
import { problemsOf, withChange } from './sound.ts'

describe('loadScenario, hosts,', () => {
  it('loadScenario refuses null in place of the map of a host', () => {
    expect(withChange('  master: {}', '  master:')).toMatchInlineSnapshot(`
      "test.yaml:5:10: error[wrong-type]: expected a map (addresses, cpu, noise …), or {} for the defaults
      5 |   master:
                   ^"
    `)
  })

  it('loadScenario refuses an unknown congestion control', () => {
    expect(withChange('  master: {}', '  master: { tcp: { congestion: cubik } }')).toMatchInlineSnapshot(`
      "test.yaml:5:32: error[unknown-value]: expected <all congestion controls>, found "cubik"
      5 |   master: { tcp: { congestion: cubik } }
                                         ^^^^^
      hint: did you mean cubic?"
    `)
  })

  it('loadScenario refuses an invalid address', () => {
    expect(withChange('192.0.2.9', '192.0.2.900')).toMatchInlineSnapshot(`
      "test.yaml:7:24: error[wrong-type]: "192.0.2.900" is not an IPv4 address such as 10.0.0.1
      7 |   other: { addresses: [192.0.2.900] }
                                 ^^^^^^^^^^^"
    `)
  })

  it('loadScenario refuses one address for two hosts', () => {
    expect(withChange('  node: {}', '  node: { addresses: [192.0.2.9] }')).toMatchInlineSnapshot(`
      "test.yaml:7:24: error[contradiction]: the address 192.0.2.9 already belongs to node
      7 |   other: { addresses: [192.0.2.9] }
                                 ^^^^^^^^^"
    `)
  })

  it('loadScenario refuses a loopback address', () => {
    expect(withChange('192.0.2.9', '127.0.0.1')).toMatchInlineSnapshot(`
      "test.yaml:7:24: error[out-of-range]: 127.0.0.1 is a loopback address; every host has 127.0.0.1 by default
      7 |   other: { addresses: [127.0.0.1] }
                                 ^^^^^^^^^"
    `)
  })

  it('loadScenario refuses an IPv6 address as not modelled yet', () => {
    expect(withChange('192.0.2.9', '"2001:db8::1"')).toMatchInlineSnapshot(`
      "test.yaml:7:24: error[not-modelled-yet]: IPv6 addresses such as 2001:db8::1 are not modelled yet
      7 |   other: { addresses: ["2001:db8::1"] }
                                 ^^^^^^^^^^^^^"
    `)
  })

  it('loadScenario refuses the cores of an unknown host', () => {
    expect(withChange('  node: {}', '  node: { cores-of: mastr }')).toMatchInlineSnapshot(`
      "test.yaml:6:21: error[unknown-name]: no host is named mastr
      6 |   node: { cores-of: mastr }
                              ^^^^^
      hint: did you mean master?"
    `)
  })

  it('loadScenario refuses a host that shares its own cores', () => {
    expect(withChange('  node: {}', '  node: { cores-of: node }')).toMatchInlineSnapshot(`
      "test.yaml:6:21: error[contradiction]: node cannot share its own cores; leave cores-of out
      6 |   node: { cores-of: node }
                              ^^^^"
    `)
  })

  it('loadScenario refuses the cores of a host that has none of its own', () => {
    expect(
      withChange('  node: {}\n', '  node: { cores-of: other }\n  third: { cores-of: node }\n'),
    ).toMatchInlineSnapshot(`
      "test.yaml:7:22: error[contradiction]: node has no cores of its own, since it shares those of other
      7 |   third: { cores-of: node }
                               ^^^^"
    `)
  })

  it('loadScenario refuses two hosts that share the cores of each other', () => {
    expect(
      withChange('  master: {}\n  node: {}', '  master: { cores-of: node }\n  node: { cores-of: master }'),
    ).toMatchInlineSnapshot(`
      "test.yaml:5:23: error[contradiction]: node has no cores of its own, since it shares those of master
      5 |   master: { cores-of: node }
                                ^^^^
      test.yaml:6:21: error[contradiction]: master has no cores of its own, since it shares those of node
      6 |   node: { cores-of: master }
                              ^^^^^^"
    `)
  })

  it('loadScenario refuses a number of cores together with the cores of another host', () => {
    expect(withChange('  node: {}', '  node: { cores: 2, cores-of: master }')).toMatchInlineSnapshot(`
      "test.yaml:6:18: error[contradiction]: the number of cores is that of master; leave cores out
      6 |   node: { cores: 2, cores-of: master }
                           ^"
    `)
  })

  it('loadScenario refuses a number of cores together with the cores of another host in a cluster', () => {
    expect(
      problemsOf('version: 1\ncluster: { nodes: 1 }\nhosts: { master: { cores: 2, cores-of: node-1 } }\n'),
    ).toMatchInlineSnapshot(`
      "test.yaml:3:27: error[contradiction]: the number of cores is that of node-1; leave cores out
      3 | hosts: { master: { cores: 2, cores-of: node-1 } }
                                    ^"
    `)
  })

  it('loadScenario refuses an invalid name of a host whose cores are shared', () => {
    expect(withChange('  node: {}', '  node: { cores-of: 2 }')).toMatchInlineSnapshot(`
      "test.yaml:6:21: error[unknown-name]: no host is named 2
      6 |   node: { cores-of: 2 }
                              ^
      hint: declared: master, node, other"
    `)
  })

  it('loadScenario accepts the cores of another host, also in a cluster', () => {
    expect(withChange('  master: {}\n  node: {}', '  master: { cores-of: node }\n  node: { cores: 1 }')).toBe('sound')
    expect(problemsOf('version: 1\ncluster: { nodes: 1 }\nhosts: { master: { cores-of: node-1 } }\n')).toBe('sound')
  })
})
