import { describe, expect, it } from 'vitest'
import { withChange, withEnd } from './sound.ts'

describe('what is planned', () => {
  it('sections', () => {
    expect(
      withEnd(
        'kubernetes: "1.30"\nsegments: {}\nfirewall: {}\nmiddleboxes: {}\ncluster: {}\nattackers: {}\naccept: []\n',
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:15:1: error[not-modelled-yet]: kubernetes is not modelled yet
      15 | kubernetes: "1.30"
           ^^^^^^^^^^
      test.yaml:16:1: error[not-modelled-yet]: segments is not modelled yet
      16 | segments: {}
           ^^^^^^^^
      test.yaml:17:1: error[not-modelled-yet]: firewall is not modelled yet
      17 | firewall: {}
           ^^^^^^^^
      test.yaml:18:1: error[not-modelled-yet]: middleboxes is not modelled yet
      18 | middleboxes: {}
           ^^^^^^^^^^^
      test.yaml:19:1: error[not-modelled-yet]: cluster is not modelled yet
      19 | cluster: {}
           ^^^^^^^
      test.yaml:20:1: error[not-modelled-yet]: attackers is not modelled yet
      20 | attackers: {}
           ^^^^^^^^^
      test.yaml:21:1: error[not-modelled-yet]: accept is not modelled yet
      21 | accept: []
           ^^^^^^"
    `)
  })

  it('a path kind', () => {
    expect(withChange('kind: apiserver-kubelet', 'kind: apiserver-etcd')).toMatchInlineSnapshot(`
      "test.yaml:11:17: error[not-modelled-yet]: apiserver-etcd is not modelled yet
      11 |   logs: { kind: apiserver-etcd, from: master, to: node }
                           ^^^^^^^^^^^^^^
      hint: today: custom, apiserver-kubelet"
    `)
  })

  it('Konnectivity', () => {
    expect(withChange('port: 8080', 'tunnel: konnectivity')).toMatchInlineSnapshot(`
      "test.yaml:12:44: error[not-modelled-yet]: konnectivity is not modelled yet
      12 |   plain: { from: master, to: node, tunnel: konnectivity }
                                                      ^^^^^^^^^^^^
      hint: today: none, ssh"
    `)
  })

  it('Konnectivity with settings', () => {
    expect(withChange('port: 8080', 'tunnel: { kind: konnectivity }')).toMatchInlineSnapshot(`
      "test.yaml:12:52: error[not-modelled-yet]: konnectivity is not modelled yet
      12 |   plain: { from: master, to: node, tunnel: { kind: konnectivity } }
                                                              ^^^^^^^^^^^^
      hint: today: ssh"
    `)
  })

  it('verification of the common name', () => {
    expect(withChange('to: node }', 'to: node, tls: { verify: ca+cn } }')).toMatchInlineSnapshot(`
      "test.yaml:11:75: error[not-modelled-yet]: ca+cn is not modelled yet
      11 |   logs: { kind: apiserver-kubelet, from: master, to: node, tls: { verify: ca+cn } }
                                                                                     ^^^^^
      hint: today: none, ca"
    `)
  })

  it('losses in bursts', () => {
    expect(withChange('rate: 100Mbps', 'loss: { gilbert: { good-to-bad: 0.1% } }')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[not-modelled-yet]: links.wan.loss.gilbert is not modelled yet
      9 |   wan: { between: [master, node], delay: 10ms, loss: { gilbert: { good-to-bad: 0.1% } } }
                                                                 ^^^^^^^"
    `)
  })

  it('delays with long tails', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { log-normal: 1ms }')).toMatchInlineSnapshot(`
      "test.yaml:9:58: error[not-modelled-yet]: links.wan.jitter.log-normal is not modelled yet
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { log-normal: 1ms } }
                                                                   ^^^^^^^^^^"
    `)
  })

  it('keystrokes that carry a secret', () => {
    expect(withChange('requests: 100', 'kind: keystrokes, carries: [x]')).toMatchInlineSnapshot(`
      "test.yaml:14:25: error[not-modelled-yet]: workloads.fresh.kind is not modelled yet
      14 |   fresh: { path: plain, kind: keystrokes, carries: [x] }
                                   ^^^^
      test.yaml:14:43: error[not-modelled-yet]: workloads.fresh.carries is not modelled yet
      14 |   fresh: { path: plain, kind: keystrokes, carries: [x] }
                                                     ^^^^^^^"
    `)
  })

  it('BBR and the ns-3 profile', () => {
    expect(
      withChange('  master: {}', '  master: { zone: a, tcp: { congestion: bbr, profile: ns3 } }'),
    ).toMatchInlineSnapshot(`
      "test.yaml:5:13: error[not-modelled-yet]: hosts.master.zone is not modelled yet
      5 |   master: { zone: a, tcp: { congestion: bbr, profile: ns3 } }
                      ^^^^
      test.yaml:5:41: error[not-modelled-yet]: bbr is not modelled yet
      5 |   master: { zone: a, tcp: { congestion: bbr, profile: ns3 } }
                                                  ^^^
      hint: today: cubic, reno
      test.yaml:5:55: error[not-modelled-yet]: ns3 is not modelled yet
      5 |   master: { zone: a, tcp: { congestion: bbr, profile: ns3 } }
                                                                ^^^
      hint: today: linux, rfc"
    `)
  })
})
