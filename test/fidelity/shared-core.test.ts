import { describe, expect, test } from 'vitest'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { finish, scenarioOf, workloadOf } from '../fixtures/simulations.ts'

/**
 * Transfers through a tunnel, Go 1.24 and OpenSSH 10.0p2, on a machine as in bench/fidelity/README.md (relay.c, 2 vCPUs
 * of an AMD EPYC about twice as fast as the one of the CPU profile): all programs on one core under SCHED_FIFO, the
 * relay on the other. Megabits per second, medians of 5 to 18 transfers. `clientFirst`: the client has a higher
 * priority, as if it had its own core. `slower`: another program of higher priority takes 60 or 100 of every 200 us of
 * the core.
 */
interface Transfer {
  readonly about: string
  readonly link: string
  readonly congestion: 'cubic' | 'bbr'
  readonly megabytes: number
  readonly measured: { readonly shared: number; readonly clientFirst?: number }
  readonly slower?: readonly (readonly [times: number, mbps: number])[]
}

const TRANSFERS: readonly Transfer[] = [
  {
    about: '20 MB over 1 ms',
    link: 'delay: 520us, rate: 100Mbps, queue: 200 packets',
    congestion: 'cubic',
    megabytes: 20,
    measured: { shared: 94.7, clientFirst: 96.21 },
    slower: [
      [1.43, 93.79],
      [2, 93.16],
    ],
  },
  {
    about: '5 MB over 1 ms',
    link: 'delay: 520us, rate: 100Mbps, queue: 200 packets',
    congestion: 'cubic',
    megabytes: 5,
    measured: { shared: 89.62 },
  },
  {
    about: '20 MB over 5 ms',
    link: 'delay: 2520us, rate: 100Mbps, queue: 200 packets',
    congestion: 'cubic',
    megabytes: 20,
    measured: { shared: 93.91 },
  },
  {
    about: '20 MB over 20 ms',
    link: 'delay: 10020us, rate: 100Mbps, queue: 200 packets',
    congestion: 'cubic',
    megabytes: 20,
    measured: { shared: 90.09, clientFirst: 90.66 },
    slower: [
      [1.43, 89.47],
      [2, 88.65],
    ],
  },
  {
    about: '20 MB over 40 ms',
    link: 'delay: 20020us, rate: 100Mbps, queue: 200 packets',
    congestion: 'cubic',
    megabytes: 20,
    measured: { shared: 83.27 },
  },
  {
    about: '20 MB over 80 ms',
    link: 'delay: 40020us, rate: 50Mbps, queue: 400 packets',
    congestion: 'cubic',
    megabytes: 20,
    measured: { shared: 41.97 },
  },
  {
    about: '5 MB by BBR over 10 ms',
    link: 'delay: 5020us, rate: 100Mbps, queue: 200 packets',
    congestion: 'bbr',
    megabytes: 5,
    measured: { shared: 82.56 },
  },
  {
    about: '5 MB by BBR over 20 ms',
    link: 'delay: 10020us, rate: 100Mbps, queue: 200 packets',
    congestion: 'bbr',
    megabytes: 5,
    measured: { shared: 75.87, clientFirst: 78.01 },
    slower: [
      [1.43, 72.93],
      [2, 70.57],
    ],
  },
]

/** Largest relative error. */
const BOUND = 0.015

/**
 * On that machine: time per byte of 200 MB in a tunnel on its loopback, and how long sshd keeps the core when a
 * transfer starts.
 */
const SSH_BYTE_NS = 0.9
const SSH_BUFFER_BYTE_NS = 0.39

function throughputMbps({ link, congestion, megabytes }: Transfer, isShared: boolean, times = 1): number {
  const scenario = scenarioOf(`version: 1
hosts:
  master: { cores: 1, tcp: { congestion: ${congestion} } }
  node: { ${isShared ? 'cores-of: master, ' : ''}tcp: { congestion: ${congestion} } }
links: { wan: { between: [master, node], ${link} } }
paths: { p: { from: master, to: node, tunnel: ssh } }
workloads: { w: { path: p, connection: per-request, requests: 1, response: ${megabytes}MB } }
`)
  const go = { ...CPU_FIGURES.go, sshByteNs: SSH_BYTE_NS * times, sshBufferByteNs: SSH_BUFFER_BYTE_NS * times }
  const simulation = new Simulation(makePlan(expandBlueprint(scenario.blueprint), { ...CPU_FIGURES, go }))
  simulation.begin()
  return workloadOf(finish(simulation, scenario), 'w').throughputMbps ?? 0
}

function expectNear(mbps: number, measured: number): void {
  expect(Math.abs(mbps / measured - 1), `${mbps} for ${measured}`).toBeLessThan(BOUND)
}

describe('an SSH tunnel whose ends share one core', () => {
  for (const transfer of TRANSFERS) {
    const { about, measured, slower = [] } = transfer
    test(`an SSH tunnel whose ends share one core transfers ${about} as fast as real programs`, () => {
      expectNear(throughputMbps(transfer, true), measured.shared)
    })
    for (const [times, mbps] of slower)
      test(`an SSH tunnel whose ends share one core transfers ${about} as fast as real programs on a core that is ${times} times slower`, () => {
        expectNear(throughputMbps(transfer, true, times), mbps)
      })
    if (measured.clientFirst !== undefined)
      test(`an SSH tunnel whose ends share one core would transfer ${about} faster if the client did not wait for sshd`, () => {
        expectNear(throughputMbps(transfer, false), measured.clientFirst ?? 0)
      })
  }
})
