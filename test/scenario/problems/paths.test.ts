import { describe, expect, it } from 'vitest'
import { problemsOf, SOUND, withChange } from './sound.ts'

describe('loadScenario, paths, TLS and tunnels,', () => {
  it('loadScenario refuses TLS with scheme http', () => {
    expect(withChange('port: 8080', 'scheme: http, tls: { version: 1.3 }')).toMatchInlineSnapshot(`
      "test.yaml:12:50: error[contradiction]: a path with scheme http has no TLS
      12 |   plain: { from: master, to: node, scheme: http, tls: { version: 1.3 } }
                                                            ^^^
      hint: write scheme: https, or leave tls out"
    `)
  })

  it('loadScenario refuses a path to a kubelet without TLS', () => {
    expect(withChange('kind: apiserver-kubelet,', 'kind: apiserver-kubelet, scheme: http,')).toMatchInlineSnapshot(`
      "test.yaml:11:44: error[contradiction]: a path of kind apiserver-kubelet is always https
      11 |   logs: { kind: apiserver-kubelet, scheme: http, from: master, to: node }
                                                      ^^^^
      hint: use kind: custom for other servers"
    `)
  })

  it('loadScenario refuses http and https on one port', () => {
    expect(withChange('port: 8080', 'port: 10250')).toMatchInlineSnapshot(`
      "test.yaml:12:3: error[contradiction]: node:10250 serves https on the path logs, so it cannot serve http on this path
      12 |   plain: { from: master, to: node, port: 10250 }
             ^^^^^
      hint: give one of the paths another port"
    `)
  })

  it('loadScenario refuses two certificates on one port', () => {
    expect(
      problemsOf(
        SOUND.replace(
          'paths:',
          'identities:\n  one: { kind: certificate }\n  two: { kind: certificate }\npaths:\n  a: { from: master, to: node, tls: { identity: one } }\n  b: { from: master, to: node, tls: { identity: two } }',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:15:49: error[contradiction]: node:443 presents one on the path a, so it cannot present two on this path
      15 |   b: { from: master, to: node, tls: { identity: two } }
                                                           ^^^
      hint: give one of the paths another port"
    `)
  })

  it('loadScenario refuses different settings of one shared tunnel', () => {
    expect(
      problemsOf(
        SOUND.replace('to: node }', 'to: node, tunnel: ssh }').replace(
          'port: 8080',
          'port: 8080, tunnel: { kind: ssh, warm: false }',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:12:56: error[contradiction]: the path logs shares the tunnel from master to node, and gives it other settings
      12 |   plain: { from: master, to: node, port: 8080, tunnel: { kind: ssh, warm: false } }
                                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^"
    `)
  })

  it('loadScenario refuses a server on the port of an SSH tunnel', () => {
    expect(withChange('port: 8080', 'port: 22, tunnel: ssh')).toMatchInlineSnapshot(`
      "test.yaml:12:42: error[contradiction]: port 22 of node belongs to the SSH server of the path plain
      12 |   plain: { from: master, to: node, port: 22, tunnel: ssh }
                                                    ^^"
    `)
  })
})
