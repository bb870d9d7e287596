import { describe, expect, test } from 'vitest'
import * as to from '../../src/cluster/messages/apiserver-requests.ts'
import * as kubelet from '../../src/cluster/messages/kubelet-requests.ts'
import { operationOf, type RequestLine, valueInSelector } from '../../src/cluster/messages/operations.ts'
import { encodeQuery } from '../../src/cluster/messages/query.ts'

const app = { namespace: 'default', pod: 'app-1', container: 'app' }

/** The operation as `verb group/resource/subresource namespace name`, with a dot for a missing part. */
function summaryOf(request: RequestLine): string {
  const operation = operationOf(request)
  if (operation.kind === 'path') return `${operation.verb} ${operation.path}`
  const { verb, group, resource, subresource, namespace, name } = operation
  const what = `${group === '' ? '' : `${group}:`}${resource}${subresource === null ? '' : `/${subresource}`}`
  return `${verb} ${what} ${namespace ?? '.'} ${name ?? '.'}`
}

describe('the operation that a request performs at the apiserver', () => {
  const requests: readonly (readonly [RequestLine, string, string])[] = [
    [
      to.renewLease('node-1', 30),
      'PUT /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1?timeout=10s',
      'update coordination.k8s.io:leases kube-node-lease node-1',
    ],
    [
      to.renewLease('node-1', 15),
      'PUT /apis/coordination.k8s.io/v1beta1/namespaces/kube-node-lease/leases/node-1?timeout=10s',
      'update coordination.k8s.io:leases kube-node-lease node-1',
    ],
    [to.getNode('node-1'), 'GET /api/v1/nodes/node-1?resourceVersion=0&timeout=10s', 'get nodes . node-1'],
    [to.patchNodeStatus('node-1'), 'PATCH /api/v1/nodes/node-1/status?timeout=10s', 'patch nodes/status . node-1'],
    [
      to.listPodsOfNode('node-1'),
      'GET /api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1&limit=500&resourceVersion=0',
      'list pods . .',
    ],
    [
      to.watchPodsOfNode('node-1', 412, 15),
      'GET /api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1&resourceVersion=12345678&timeoutSeconds=412&watch=true',
      'watch pods . .',
    ],
    [
      to.watchForPod('secrets', 'default', 'db', 412, 30),
      'GET /api/v1/namespaces/default/secrets?allowWatchBookmarks=true&fieldSelector=metadata.name%3Ddb&resourceVersion=12345678&timeoutSeconds=412&watch=true',
      'watch secrets default db',
    ],
    [
      to.createTokenReview(6),
      'POST /apis/authentication.k8s.io/v1beta1/tokenreviews',
      'create authentication.k8s.io:tokenreviews . .',
    ],
    [
      to.createSubjectAccessReview(30),
      'POST /apis/authorization.k8s.io/v1/subjectaccessreviews',
      'create authorization.k8s.io:subjectaccessreviews . .',
    ],
    [
      to.requestToken('default', 'app'),
      'POST /api/v1/namespaces/default/serviceaccounts/app/token',
      'create serviceaccounts/token default app',
    ],
    [
      to.approveSigningRequest('csr-1', 18),
      'PUT /apis/certificates.k8s.io/v1beta1/certificatesigningrequests/csr-1/approval',
      'update certificates.k8s.io:certificatesigningrequests/approval . csr-1',
    ],
    [
      to.getClusterInfo(),
      'GET /api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s',
      'get configmaps kube-public cluster-info',
    ],
    [
      to.podLogs(app, true),
      'GET /api/v1/namespaces/default/pods/app-1/log?container=app&follow=true',
      'get pods/log default app-1',
    ],
    [
      to.podExec(app, ['sh', '-c', 'ls -l'], { stdin: true, tty: true }, 'spdy'),
      'POST /api/v1/namespaces/default/pods/app-1/exec?command=sh&command=-c&command=ls+-l&container=app&stdin=true&stdout=true&tty=true',
      'create pods/exec default app-1',
    ],
    [
      to.podExec(app, ['sh'], { stdin: false, tty: false }, 'websocket'),
      'GET /api/v1/namespaces/default/pods/app-1/exec?command=sh&container=app&stderr=true&stdout=true',
      'get pods/exec default app-1',
    ],
    [
      to.podPortForward('default', 'app-1', 80, 'spdy'),
      'POST /api/v1/namespaces/default/pods/app-1/portforward',
      'create pods/portforward default app-1',
    ],
    [
      to.nodeProxy('node-1:10250', '/metrics'),
      'GET /api/v1/nodes/node-1:10250/proxy/metrics',
      'get nodes/proxy . node-1:10250',
    ],
    [
      to.proxyInNamespace('services', 'default', 'https:web:443', '/', 'POST'),
      'POST /api/v1/namespaces/default/services/https:web:443/proxy/',
      'create services/proxy default https:web:443',
    ],
    [
      to.watchAll('/api/v1/services', 300, 12),
      'GET /api/v1/services?resourceVersion=12345678&timeoutSeconds=300&watch=true',
      'watch services . .',
    ],
  ]

  test.each(requests)(
    'the operation that a request performs at the apiserver follows from the method and URL of %j',
    (request, line, operation) => {
      expect(`${request.method} ${request.target}`).toBe(line)
      expect(summaryOf(request)).toBe(operation)
    },
  )

  test.each([
    ['GET', '/healthz', 'get /healthz'],
    ['GET', '/api/v1', 'get /api/v1'],
    ['GET', '/apis/apps/v1', 'get /apis/apps/v1'],
    ['GET', '/', 'get /'],
    ['GET', '/api/v1/namespaces', 'list namespaces . .'],
    ['GET', '/api/v1/namespaces/default', 'get namespaces default default'],
    ['PUT', '/api/v1/namespaces/default/status', 'update namespaces/status default default'],
    ['DELETE', '/api/v1/namespaces/default/pods', 'deletecollection pods default .'],
    ['DELETE', '/api/v1/namespaces/default/pods/app-1', 'delete pods default app-1'],
    ['GET', '/api/v1/pods?watch=0', 'list pods . .'],
    ['GET', '/api/v1/watch/pods', 'watch pods . .'],
    ['GET', '/api/v1/proxy/nodes/node-1/logs', 'proxy nodes . node-1'],
  ] as const)(
    'the operation that a request performs at the apiserver follows from the method and URL: %s %s is %s',
    (method, target, operation) => {
      expect(summaryOf({ method, target })).toBe(operation)
    },
  )
})

test('queries are encoded in alphabetical order and escaped like in Go', () => {
  expect(encodeQuery({ b: 'x y', a: "it's (1*2)!", c: null, d: ['1', '2'] })).toBe(
    '?a=it%27s+%281%2A2%29%21&b=x+y&d=1&d=2',
  )
  expect(encodeQuery({ none: null })).toBe('')
})

test('a field selector gives a value only when it requires the field to equal that value', () => {
  expect(valueInSelector('spec.nodeName=node-1,status.phase!=Failed', 'spec.nodeName')).toBe('node-1')
  expect(valueInSelector('spec.nodeName==node-1', 'spec.nodeName')).toBe('node-1')
  expect(valueInSelector('status.phase!=Failed', 'status.phase')).toBeNull()
  expect(valueInSelector(null, 'spec.nodeName')).toBeNull()
})

describe('the operations for which a kubelet authorizes a request', () => {
  const operationsOf = (request: RequestLine, minor: number) =>
    kubelet.kubeletOperations(request, 'node-1', minor).map(({ verb, subresource }) => `${verb} ${subresource}`)

  test.each([
    [kubelet.containerLogs(app, false), '/containerLogs/default/app-1/app', ['get proxy']],
    [
      kubelet.kubeletExec(app, ['sh'], { stdin: true, tty: true }, 'spdy'),
      '/exec/default/app-1/app?command=sh&input=1&output=1&tty=1',
      ['create proxy'],
    ],
    // nodes/proxy get is command execution (k/k#136550).
    [
      kubelet.kubeletExec(app, ['sh'], { stdin: false, tty: false }, 'websocket'),
      '/exec/default/app-1/app?command=sh&error=1&output=1',
      ['get proxy'],
    ],
    [kubelet.kubeletPortForward('default', 'app-1', 80, 'spdy'), '/portForward/default/app-1', ['create proxy']],
    [{ method: 'POST', target: '/run/default/app-1/app?cmd=id' }, '/run/default/app-1/app?cmd=id', ['create proxy']],
    [{ method: 'GET', target: '/stats/summary' }, '/stats/summary', ['get stats']],
    [{ method: 'GET', target: '/metrics/cadvisor' }, '/metrics/cadvisor', ['get metrics']],
    [{ method: 'GET', target: '/logs/' }, '/logs/', ['get log']],
    [{ method: 'GET', target: '/metricsfoo' }, '/metricsfoo', ['get proxy']],
  ] as const)(
    'the operations for which a kubelet authorizes a request follow from the method and URL of %j',
    (request, target, operations) => {
      expect(request.target).toBe(target)
      expect(operationsOf(request, 30)).toEqual(operations)
    },
  )

  test('the operations for which a kubelet authorizes a request include finer ones from 1.33, while nodes/proxy still suffices', () => {
    const pods = { method: 'GET', target: '/pods' } as const
    expect(operationsOf(pods, 32)).toEqual(['get proxy'])
    expect(operationsOf(pods, 33)).toEqual(['get pods', 'get proxy'])
    expect(operationsOf({ method: 'GET', target: '/healthz' }, 36)).toEqual(['get healthz', 'get proxy'])
    expect(operationsOf({ method: 'GET', target: '/spec/' }, 6)).toEqual(['get spec'])
    expect(operationsOf({ method: 'GET', target: '/spec/' }, 30)).toEqual(['get proxy'])
  })

  test('the operations for which a kubelet authorizes a request include no command or logs on the read-only port', () => {
    expect(kubelet.isServedReadOnly({ method: 'GET', target: '/pods' })).toBe(true)
    expect(kubelet.isServedReadOnly({ method: 'GET', target: '/healthz' })).toBe(true)
    expect(kubelet.isServedReadOnly({ method: 'POST', target: '/run/default/app-1/app?cmd=id' })).toBe(false)
    expect(kubelet.isServedReadOnly(kubelet.containerLogs(app, false))).toBe(false)
  })
})
