import { describe, expect, test } from 'vitest'
import * as to from '../../src/cluster/messages/apiserver-requests.ts'
import { forwardedRequest } from '../../src/cluster/messages/forwarded-requests.ts'
import * as at from '../../src/cluster/messages/kubelet-requests.ts'
import type { RequestLine } from '../../src/cluster/messages/operations.ts'

const POD = { namespace: 'shop', pod: 'web-1', container: 'app' }
const TERMINAL = { stdin: true, tty: true }
const COMMAND = ['sh', '-c', 'echo a b']

/** What the kubelet gets for a request to the apiserver; null: nothing. */
function lineOf(request: RequestLine): RequestLine | null {
  const forwarded = forwardedRequest(request)
  if (forwarded === null) return null
  return forwarded.via === 'node-proxy' ? forwarded.line : forwarded.lineFor('first')
}

describe('the apiserver asks the kubelet for what a user asks of a pod, by the same method', () => {
  test.each(['spdy', 'websocket'] as const)(
    'the apiserver forwards a user’s pod request to the kubelet, by the same method: %s',
    (protocol) => {
      expect(lineOf(to.podExec(POD, COMMAND, TERMINAL, protocol))).toEqual(
        at.kubeletExec(POD, COMMAND, TERMINAL, protocol),
      )
      const none = { stdin: false, tty: false }
      expect(lineOf(to.podAttach(POD, none, protocol))).toEqual(at.kubeletAttach(POD, none, protocol))
      expect(lineOf(to.podPortForward('shop', 'web-1', 80, protocol))).toEqual(
        at.kubeletPortForward('shop', 'web-1', 80, protocol),
      )
    },
  )

  test('the apiserver forwards requests for logs, with and without follow, but not the choice to verify the kubelet', () => {
    for (const follow of [true, false])
      expect(lineOf(to.podLogs(POD, follow, true))).toEqual(at.containerLogs(POD, follow))
  })
})

test('a pod request without a container means the first container', () => {
  expect(lineOf({ method: 'GET', target: '/api/v1/namespaces/shop/pods/web-1/log' })?.target).toBe(
    '/containerLogs/shop/web-1/first',
  )
})

test('the node proxy forwards the rest of the path to the node', () => {
  const line = at.kubeletExec(POD, COMMAND, TERMINAL, 'websocket')
  expect(forwardedRequest(to.nodeProxy('node-1', line.target, 'GET'))).toEqual({
    via: 'node-proxy',
    node: 'node-1',
    line,
  })
})

test('the apiserver serves pods, their status and other resources itself', () => {
  for (const target of [
    '/api/v1/namespaces/shop/pods/web-1',
    '/api/v1/namespaces/shop/pods/web-1/status',
    '/api/v1/namespaces/shop/pods',
    '/api/v1/namespaces/shop/services/web-1/log',
    '/api/v1/nodes/node-1',
    '/version',
  ])
    expect(forwardedRequest({ method: 'GET', target })).toBeNull()
})
