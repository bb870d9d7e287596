import { expect, test } from 'vitest'
import { simulateText } from '../../src/index.ts'

const scenario = (kind: string, loss: string) => `
  version: 1
  hosts: { master: {}, node: {} }
  links: { wan: { between: [master, node], delay: 10ms, rate: 100Mbps, loss: ${loss} } }
  paths: { p: ${kind} }
  workloads: { w: { path: p, requests: 200, response: 20KB } }
`
const OVER_HTTP2 = '{ kind: kubelet-apiserver, from: node, to: master }'
const OVER_HTTP1 = '{ from: master, to: node, scheme: https }'

const uncheckedOf = (text: string) => simulateText(text).workloads[0].unchecked

test('an HTTP/2 result with packet loss states that this combination was not compared with real stacks', () => {
  expect(uncheckedOf(scenario(OVER_HTTP2, '1%'))).toEqual(['http/2 under loss'])
  expect(uncheckedOf(scenario(OVER_HTTP2, '0%'))).toEqual([])
  expect(uncheckedOf(scenario(OVER_HTTP1, '1%'))).toEqual([])
})
