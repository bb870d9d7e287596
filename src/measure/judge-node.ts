import { NS_PER_S } from '../engine/ticks.ts'
import type { NodeExpectation } from './expectation.ts'
import type { Judgement, NodeResult } from './result.ts'

/** Judges an expectation of a node's Ready condition. */
export function judgeNode(expectation: NodeExpectation, nodes: readonly NodeResult[]): Judgement {
  const node = nodes.find(({ name }) => name === expectation.node)
  if (node === undefined) throw new RangeError(`no node is named ${expectation.node}`)
  if (expectation.kind === 'node-ready') {
    if (node.heartbeats === 0 && node.ready) return { met: false, measured: 'the apiserver got no heartbeat' }
    const isSteady = node.transitions.length === 0
    return { met: node.ready && (isSteady || !expectation.throughout), measured: describeNode(node) }
  }
  const { sinceNs, withinNs } = expectation
  const lost = node.transitions.find(({ atNs, ready }) => !ready && atNs >= sinceNs)
  if (lost === undefined) return { met: false, measured: describeNode(node) }
  const afterNs = lost.atNs - sinceNs
  return { met: afterNs <= withinNs, measured: `NotReady after ${inSeconds(afterNs)}` }
}

/** Describes a node's Ready condition, as in `ready; NotReady at 105s, ready at 112.3s`. */
function describeNode({ ready, transitions }: NodeResult): string {
  const now = ready ? 'ready' : 'NotReady'
  if (transitions.length === 0) return `${now} throughout`
  const changes = transitions.map((change) => `${change.ready ? 'ready' : 'NotReady'} at ${inSeconds(change.atNs)}`)
  return `${now}; ${changes.join(', ')}`
}

/** Formats a duration in seconds, rounded to milliseconds. */
function inSeconds(durationNs: number): string {
  return `${Math.round((durationNs * 1000) / NS_PER_S) / 1000}s`
}
