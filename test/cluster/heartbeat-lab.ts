import { NS_PER_S } from '../../src/engine/ticks.ts'
import type { NodeResult, Result } from '../../src/measure/result.ts'
import type { PacketRule } from '../../src/network/packet-rule.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'

/** A scenario of heartbeats: a link of 1 ms to each of two nodes; nothing else takes time. */
export function heartbeatsOf(version: string, more = '', cluster = ''): string {
  return `version: 1
seed: 3
kubernetes: "${version}"
cluster: { ${cluster.includes('nodes:') ? '' : 'nodes: 2, '}links: { control-to-nodes: { delay: 1ms } }, ${cluster} }
hosts: { master: { cpu: instant }, node-1: { cpu: instant }, node-2: { cpu: instant } }
paths: { up: { kind: kubelet-apiserver, from: nodes/*, to: master } }
workloads: { heartbeats: { path: up, kind: heartbeat } }
${more}
`
}

const SYN = 2
const RST = 4

/** What was observed on the link of node-1. */
export interface Trace {
  readonly result: Result
  /** When node-1 began to dial, in seconds, to the millisecond. */
  readonly dialsS: readonly number[]
  readonly node1: NodeResult
  readonly node2: NodeResult
}

/** Runs a scenario; from `cutS` on, all packets of node-1's present connection are dropped silently. */
export function traceOf(text: string, cutS: number | null = null): Trace {
  const scenario = scenarioOf(text)
  const simulation = beginning(scenario)
  const ports: number[] = []
  const dialsS: number[] = []
  const directions = ['forward', 'backward'].map((way) => directionOf(simulation, `link/control-node-1/${way}`))
  simulation.network.observer = {
    observe(stage, packet) {
      const { direction, tickNs: tick } = packet
      const isDial = (packet.flags & (SYN | RST)) === SYN && packet.destinationPort === 6443
      if (stage !== 'sent' || direction !== directions[1] || !isDial || packet.transmission > 1) return
      ports.push(packet.sourcePort)
      dialsS.push(inSeconds(tick))
    },
  }
  if (cutS !== null) {
    simulation.runUntil(cutS * NS_PER_S, Number.POSITIVE_INFINITY)
    const rule = droppingPort(ports[ports.length - 1])
    for (const direction of directions) simulation.network.rules.setRule(direction, rule)
  }
  const result = finish(simulation, scenario)
  const node = (name: string) => result.nodes.find((each) => each.name === name) as NodeResult
  return { result, dialsS, node1: node('node-1'), node2: node('node-2') }
}

function droppingPort(port: number): PacketRule {
  return {
    judge: (packet) => {
      const isIts = packet.sourcePort === port || packet.destinationPort === port
      return { action: isIts ? 'drop' : 'pass' }
    },
  }
}

export function directionOf({ plan }: Simulation, name: string): number {
  return plan.directions.findIndex((direction) => direction.name === name)
}

/** To the millisecond. */
function inSeconds(tick: number): number {
  return Math.round(tick / 1_000_000) / 1000
}

/** `NotReady 105` */
export function transitionsOf({ transitions }: NodeResult): string[] {
  return transitions.map(({ atNs, ready }) => `${ready ? 'Ready' : 'NotReady'} ${inSeconds(atNs)}`)
}
