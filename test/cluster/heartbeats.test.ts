import { describe, expect, test } from 'vitest'
import { beginning, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { heartbeatsOf, traceOf, transitionsOf } from './heartbeat-lab.ts'

/** The connection of node-1 is cut at 63 s; nothing else happens in 20 minutes. */
function cutIn(version: string) {
  return traceOf(heartbeatsOf(version, 'duration: 1200s'), 63)
}

/** The failed heartbeats of both nodes in the two minutes around such a cut. */
function failuresOf(version: string) {
  return workloadOf(traceOf(heartbeatsOf(version, 'duration: 120s'), 63).result, 'heartbeats').failures
}

describe('a kubelet whose connection is silently dropped', () => {
  test('a kubelet of 1.6 waits a quarter of an hour until TCP gives up, and its pods are evicted (V1)', () => {
    const { dialsS, node1, node2, result } = cutIn('1.6')
    // The first request that is lost goes out at 70.7 s; 951.9 s are Linux' probe, tcp_retries2 and one timeout more, each
    // of which ends with a tick of the kernel's clock, the last with one that comes every 2 s. The round-trip time, on
    // which the timeout rests, has the delayed ACKs of the grants of window in it.
    expect(dialsS).toEqual([0.652, 1022.568])
    // The last heartbeat before came at 60.7 s, and the controller has seen it at 65.
    expect(transitionsOf(node1)).toEqual(['NotReady 105', 'Ready 1022.579'])
    expect([node1.taintedNs, node1.evictedNs]).toEqual([null, 365e9])
    expect(workloadOf(result, 'heartbeats').failures).toEqual([{ reason: 'timed out', count: 1 }])
    expect(transitionsOf(node2)).toEqual([])
  })

  test('a kubelet of 1.8 to 1.10 repeats its requests on the dead connection, and recovers no sooner (V1)', () => {
    const { dialsS, node1, result } = cutIn('1.10')
    expect(dialsS).toEqual([0.652, 1030.688])
    expect(transitionsOf(node1)).toEqual(['NotReady 105', 'Ready 1030.699'])
    const [{ reason, count }] = workloadOf(result, 'heartbeats').failures
    expect(reason).toBe('timed out')
    expect(count).toBeGreaterThan(50)
  })

  test('a kubelet of 1.11 to 1.23 closes the connection after two failed heartbeats, and its node stays Ready (V2)', () => {
    const lost = { '1.11': 70.688, '1.13': 70.688, '1.18': 63.351, '1.22': 64.116 }
    for (const [version, firstLostS] of Object.entries(lost)) {
      const { dialsS, node1 } = cutIn(version)
      expect(dialsS.map((dialS) => Math.round((dialS - firstLostS) * 1000) / 1000).slice(1)).toEqual([20])
      expect(transitionsOf(node1)).toEqual([])
    }
  })

  test('a request that waits on the connection fails when a kubelet of 1.11 to 1.23 closes it', () => {
    // 1.11 has no leases: nothing else is pending when the second attempt to send the status has failed.
    expect(failuresOf('1.11')).toEqual([{ reason: 'timed out', count: 2 }])
    expect(failuresOf('1.18')).toEqual([
      { reason: 'timed out', count: 3 },
      { reason: 'use of closed network connection', count: 1 },
    ])
  })

  test('a kubelet of 1.24 to 1.31 detects the loss by a PING 45 s after the last frame, and its node is NotReady for a while (V3)', () => {
    const { dialsS, node1 } = cutIn('1.25')
    // It heard the answer to its status at 61.7 s.
    expect(dialsS).toEqual([0.652, 106.717])
    expect(transitionsOf(node1)).toEqual(['NotReady 95', 'Ready 106.726'])
    expect(node1.evictedNs).toBeNull()
  })

  test('a kubelet of 1.31 learns its node’s state by a watch, and corrects it with the next status', () => {
    const { dialsS, node1 } = cutIn('1.31')
    // A status is computed 3.3 s after the connection stands again.
    expect(dialsS).toEqual([3.339, 99.009])
    expect(transitionsOf(node1)).toEqual(['NotReady 95', 'Ready 102.292'])
  })

  test('a kubelet since 1.32 detects the loss as late, but the controller waits ten seconds longer (V4)', () => {
    const { dialsS, node1 } = cutIn('1.32')
    expect(dialsS).toEqual([3.339, 99.009])
    expect(transitionsOf(node1)).toEqual([])
  })
})

describe('the pods of a node that is down for twelve minutes', () => {
  const CUT = 'duration: 800s\nevents: [{ at: 63s, link: control-node-1, state: down, for: 720s }]'
  const pods = 'pods: { web: { listens: 80 }, agent: { daemonset: true } }'

  test.each([
    ['1.12', 105, { taintedNs: null, evictedNs: 365e9, evictedPods: ['web-1'] }],
    ['1.13', 105, { taintedNs: 110e9, evictedNs: 410e9, evictedPods: ['web-1'] }],
    ['1.27', 95, { taintedNs: 100e9, evictedNs: 400e9, evictedPods: ['web-1'] }],
  ])('the pods of a lost node are evicted at %s, except those of a DaemonSet', (version, notReadyS, expected) => {
    const { node1, node2 } = traceOf(heartbeatsOf(version, CUT, pods))
    expect(node1).toMatchObject({ ...expected, zone: null })
    expect(transitionsOf(node1)[0]).toBe(`NotReady ${notReadyS}`)
    expect(node2).toMatchObject({ taintedNs: null, evictedNs: null, evictedPods: [] })
  })

  test('the pods of a lost node are evicted after --pod-eviction-timeout, which has no effect from 1.13', () => {
    const flag = 'controller-manager: { flags: { pod-eviction-timeout: 60s } }'
    expect(traceOf(heartbeatsOf('1.12', CUT, flag)).node1.evictedNs).toBe(125e9)
    expect(traceOf(heartbeatsOf('1.13', CUT, flag)).node1.evictedNs).toBe(410e9)
  })
})

describe('--default-unreachable-toleration-seconds', () => {
  const CUT = 'duration: 800s\nevents: [{ at: 63s, link: control-node-1, state: down, for: 720s }]'
  const evictedAt = (version: string, seconds: number) =>
    traceOf(heartbeatsOf(version, CUT, `apiserver: { flags: { default-unreachable-toleration-seconds: ${seconds} } }`))
      .node1.evictedNs

  test('--default-unreachable-toleration-seconds sets how long pods stay after the taint, 0 included', () => {
    expect(evictedAt('1.27', 60)).toBe(160e9)
    expect(evictedAt('1.27', 0)).toBe(100e9 + 1)
  })

  test('--default-unreachable-toleration-seconds has no effect until 1.12, where pods tolerate nothing', () => {
    expect(evictedAt('1.12', 60)).toBe(365e9)
  })
})

describe('a cluster whose nodes are all down', () => {
  const cutOff = (cluster: string, more = '') => {
    const events = [1, 2].map((node) => `{ at: 63s, link: control-node-${node}, state: down, for: 720s }`)
    const { node1, node2 } = traceOf(
      heartbeatsOf('1.30', `duration: 800s\nevents: [${events}]`, cluster).replace(...onMaster(more)),
    )
    return [node1.evictedNs, node2.evictedNs]
  }
  const onMaster = (more: string) => ['master: {', `master: { ${more}`] as const

  test('a cluster whose nodes are all down evicts pods if the master is a node too, and none if the control plane is hosted', () => {
    expect(cutOff('')).toEqual([400e9, 410e9])
    expect(cutOff('control-plane: node')).toEqual([400e9, 410e9])
    expect(cutOff('control-plane: hosted')).toEqual([null, null])
  })

  test('a cluster whose nodes are all down evicts at the normal rate in each zone while the master is Ready in another', () => {
    const zones = 'nodes: { node: { count: 2, zones: [a, b] } }'
    expect(cutOff(zones)).toEqual([400e9, 405e9])
    expect(cutOff(`${zones}, control-plane: hosted`)).toEqual([null, null])
    expect(cutOff('nodes: { node: { count: 2, zones: [a] } }', 'zone: a,')).toEqual([400e9, 410e9])
  })
})

describe('heartbeats', () => {
  test('each node sends heartbeats every ten seconds, at its own offset', () => {
    const { node1, node2 } = traceOf(heartbeatsOf('1.20', 'duration: 100s'))
    // At 3.3, 13.3, ... seconds, and at other times of the same period.
    expect([node1.lastHeartbeatNs, node2.lastHeartbeatNs].map((ns) => Math.floor((ns ?? 0) / 1e9))).toEqual([93, 97])
  })

  test('properties that all heartbeats share are stored once', () => {
    const { workloads } = beginning(scenarioOf(heartbeatsOf('1.32', 'duration: 60s', 'nodes: 5')))
    expect([workloads['heartbeats'].table.count, workloads['heartbeats']['kinds'].length]).toEqual([10, 1])
  })

  test('heartbeats of all nodes begin together if a start time is configured', () => {
    const text = heartbeatsOf('1.20', 'duration: 60s').replace('kind: heartbeat', 'kind: heartbeat, start: 5s')
    expect(traceOf(text).dialsS).toEqual([5])
  })

  test('heartbeats since 1.22 are ten seconds plus a random jitter apart', () => {
    const beats = (version: string) => traceOf(heartbeatsOf(version, 'duration: 2000s')).node1.heartbeats
    // 200 leases and 7 reports; jitter makes periods 2 % longer on average.
    expect([beats('1.21'), beats('1.22')]).toEqual([207, 203])
  })

  test('heartbeats are counted only until the end of their workload', () => {
    const text = heartbeatsOf('1.32').replace('kind: heartbeat', 'kind: heartbeat, for: 35s')
    const { result } = traceOf(text)
    expect(result.ended).toBe('finished')
    const { completed, failed, unfinished } = workloadOf(result, 'heartbeats')
    // Leases at 3.3, 13.3, 23.3, 33.3 s and at 7, 17, 27 s, and one report, about.
    expect([completed, failed, unfinished]).toEqual([8, 0, 0])
  })

  test('heartbeats do not keep a run from ending', () => {
    const text = heartbeatsOf('1.32').replace(
      'heartbeats: {',
      'pods: { path: up, kind: list, resource: pods, count: 3 }, heartbeats: {',
    )
    const { result } = traceOf(text)
    expect([result.ended, result.simulatedNs < 1e9]).toEqual(['finished', true])
  })
})

describe('an outage of a node’s link', () => {
  const down = (forS: number, version = '1.32') =>
    traceOf(
      heartbeatsOf(
        version,
        `duration: 900s\nevents: [{ at: 63s, link: control-node-1, state: down, for: ${forS}s }]
expect:
  - node(node-1) ready
  - node(node-1) ready throughout
  - node(node-1) NotReady within 50s
  - node(node-2) NotReady within 50s`,
      ),
    ).result.expectations.map(({ met, measured }) => [met, measured])

  test('a node whose link fails for 20 s stays Ready', () => {
    expect(down(20)).toEqual([
      [true, 'ready throughout'],
      [true, 'ready throughout'],
      [false, 'ready throughout'],
      [false, 'ready throughout'],
    ])
  })

  test('a node whose link fails for two minutes is NotReady within 50 s, and Ready seconds after the link is up', () => {
    expect(down(120)).toEqual([
      [true, 'ready; NotReady at 105s, ready at 184.194s'],
      [false, 'ready; NotReady at 105s, ready at 184.194s'],
      [true, 'NotReady after 42s'],
      [false, 'ready throughout'],
    ])
  })
})
