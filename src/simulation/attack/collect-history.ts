import type { DialledTable } from '../../cluster/paths/dialled-table.ts'
import { SSH_PORT } from '../../cluster/paths/path.ts'
import { NONE, type Row } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Carrier, MessageTimes, PathHistory } from '../../measure/verdicts/history.ts'
import { FAILURE_REASONS, type FailureReason } from '../../transport/streams/failure.ts'
import type { Workload } from '../../workload/rows.ts'
import type { WorkloadTable } from '../../workload/workload-table.ts'
import type { Plan } from '../plan.ts'
import type { Simulation } from '../simulation.ts'

/**
 * Returns the results of all requests on each path, by path of the plan. Paths that no verdict is about are left out.
 * Responses from before `historyStart` are left out too, because they are the same in every counterpart; the last one
 * of each workload is kept, because verdicts need to know that there was one.
 */
export function collectHistories(simulation: Simulation): PathHistory[] {
  const { plan } = simulation
  const startTick = historyStart(plan)
  const concerned = new Set(plan.attack?.steps.flatMap(({ paths }) => paths))
  const workloads: number[][] = plan.paths.map(() => [])
  plan.workloads.forEach(({ path }, workload) => {
    if (concerned.has(path)) workloads[path].push(workload)
  })
  const failures = failuresByPath(simulation)
  const log = simulation.attack?.passedOn
  const [passedOn, pieces] = [log?.byPath(plan.paths.length), log?.piecesByPath(plan.paths.length)]
  return workloads.map((ofPath, path) => {
    const history = {
      ...historyOf(simulation, ofPath, failures[path], startTick),
      carriers: concerned.has(path) ? carriersOf(simulation, path) : [],
      passedOn: passedOn?.[path] ?? [],
    }
    const messages = messagesOf(simulation, ofPath, history, pieces?.[path] ?? [])
    // When all workloads are done, nobody waits for a request that is still open.
    const waited = history.passedOn.filter(({ end }) => end !== 'open' || !simulation.workloads.areAllDone)
    return { ...history, passedOn: waited, messages }
  })
}

/**
 * Returns the messages of a path. After chunks of streams arrived, the chunks are the messages of a workload; a stream
 * that fails or stays open is then no message. `pieces` are the ticks at which the apiserver forwarded chunks and typed
 * keys.
 */
function messagesOf(
  { plan, workloads }: Simulation,
  ofPath: readonly number[],
  { responses, passedOn }: Pick<PathHistory, 'responses' | 'passedOn'>,
  pieces: readonly number[],
): MessageTimes {
  const { table } = workloads
  const { failures, attempts } = workloads.measurements
  const whole = ofPath.filter(
    (workload) => plan.workloads[workload].traffic.kind !== 'flow' || table.completed[table.rowOf(workload)] === 0,
  )
  const failed = [...failures.everyRow()].filter((row) => whole.includes(failures.workload[row]))
  const refused = [...attempts.everyRow()].filter((row) => whole.includes(attempts.workload[row]))
  const exchanges = passedOn.filter(({ messages }) => messages === 1)
  const isOpen = ({ end }: PathHistory['passedOn'][number]) => end === 'open'
  return {
    sent: [
      ...responses,
      ...exchanges.filter((one) => !isOpen(one)),
      ...failed.map((row) => ({ startTick: failures.startTick[row], endTick: failures.endTick[row] })),
      ...refused.map((row) => ({ startTick: attempts.startTick[row], endTick: attempts.endTick[row] })),
      ...pieces.map((tick) => ({ startTick: tick, endTick: tick })),
    ],
    open: [
      ...whole.flatMap((workload) => workloads.openSince(workload)),
      ...exchanges.filter(isOpen).map(({ startTick }) => startTick),
    ],
  }
}

function failuresByPath({ plan, workloads }: Simulation): PathHistory['failures'][] {
  const { failures } = workloads.measurements
  const byPath: PathHistory['failures'][number][][] = plan.paths.map(() => [])
  for (const row of failures.everyRow()) {
    byPath[plan.workloads[failures.workload[row]].path].push({
      startTick: failures.startTick[row],
      endTick: failures.endTick[row],
      reason: FAILURE_REASONS[failures.reason[row]],
    })
  }
  return byPath
}

function historyOf(
  simulation: Simulation,
  workloads: readonly number[],
  failures: PathHistory['failures'],
  startTick: number,
): Omit<PathHistory, 'carriers' | 'passedOn' | 'messages'> {
  const { table } = simulation.workloads
  return {
    responses: workloads.flatMap((workload) => responsesOf(simulation, workload, startTick)),
    failures,
    idleLosses: workloads.flatMap((workload) => idleLossesOf(simulation, workload)),
    unfinished: workloads.reduce((sum, workload) => sum + unfinishedOf(table, table.rowOf(workload)), 0),
    endTick: simulation.timeline.now,
  }
}

function unfinishedOf({ issued, settled }: WorkloadTable, row: Workload): number {
  return issued[row] - settled[row]
}

function idleLossesOf({ workloads }: Simulation, workload: number): FailureReason[] {
  const counts = workloads.measurements.idleLossesOf(workload)
  return FAILURE_REASONS.flatMap((reason, index) => Array.from({ length: counts[index] }, (): FailureReason => reason))
}

/** Returns the tunnels and agents of a path, without tunnels that are used only if its own is lost. */
function carriersOf({ plan, parts }: Simulation, path: number): Carrier[] {
  const { tunnels, ownTunnel, konnectivity } = plan.paths[path]
  const used = ownTunnel === NONE ? tunnels : [ownTunnel]
  const agents = (konnectivity?.agents ?? []).filter((agent) => plan.konnectivity.agents[agent].startNs !== null)
  const carrierOf = <R extends Row<string>>(table: DialledTable<R>, row: number, host: number, port: number) => ({
    host,
    port,
    losses: table.losses[row],
    idleLosses: table.idleLossesOf(row),
  })
  return [
    ...used.map((tunnel) => carrierOf(parts.tunnels.table, tunnel, plan.tunnels[tunnel].fromHost, SSH_PORT)),
    ...agents.map((agent) => {
      const { host, remotePort } = plan.konnectivity.agents[agent]
      return carrierOf(parts.konnectivity.agents.table, agent, host, remotePort)
    }),
  ]
}

/** Runs whose first step begins earlier keep all responses: these are few, and such runs share counterparts. */
export const LATE = { ns: 3_600 * NS_PER_S }

/** Returns the tick from which histories have all responses: the start of the first step, if it is late. */
export function historyStart({ attack }: Plan): number {
  const steps = attack?.steps ?? []
  const firstTick = steps.length === 0 ? 0 : Math.min(...steps.map(({ startTick }) => startTick))
  return firstTick < LATE.ns ? 0 : firstTick
}

/** Returns the responses of a workload, starting with the last one that ended before `startTick`. */
function responsesOf({ workloads }: Simulation, workload: number, startTick: number): PathHistory['responses'] {
  const { table, measurements } = workloads
  const { samples } = measurements
  const responses: PathHistory['responses'][number][] = []
  for (let row = table.lastSample[table.rowOf(workload)]; row !== NONE; row = samples.previousOf(row)) {
    const endTick = samples.endTickOf(row)
    responses.push({ startTick: endTick - samples.latencyNsOf(row), endTick })
    if (endTick < startTick) break
  }
  return responses.reverse()
}
