import type { LimitCriterion } from './criterion.ts'
import { LOGS, logs } from './logs.ts'

/** The reasons of requests that found no tunnel. */
const MISSING = ['no tunnel', 'no agent']

export const tunnels: LimitCriterion = {
  title: 'tunnel flaps',
  meaning:
    'an SSH tunnel or the connection of a Konnectivity agent breaks: it is dialled again, never comes up, or requests find none',
  unit: 'dials too many',
  probes: logs.probes,
  isAboutTunnels: true,
  measure({ tunnels: all, workloads }) {
    const again = all.reduce((sum, { dials }) => sum + Math.max(0, dials - 1), 0)
    const isMissing = workloads.some(
      ({ name, failures }) => name.startsWith(LOGS) && failures.some(({ reason }) => MISSING.includes(reason)),
    )
    return { isBroken: again > 0 || isMissing || all.some(({ setups }) => setups === 0), figure: again }
  },
}
