import type { CountedRefusal, Refusal } from '../../attack/state/refusals.ts'
import { NONE } from '../../engine/table.ts'
import type { NoticeResult } from '../../measure/verdict.ts'
import { newCarrierLosses } from '../../measure/verdicts/history.ts'
import { newReasons, noticeLevel } from '../../measure/verdicts/notices.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { Simulation } from '../simulation.ts'
import type { Case } from './case.ts'
import { nameOfLog } from './name-of-log.ts'

interface Notice {
  readonly host: number
  readonly reason: FailureReason
  /** The server's port on the connection; NONE if it is about no connection. */
  readonly port: number
  readonly isServer: boolean
}

type End = Pick<Refusal, 'clientAddress' | 'serverAddress' | 'serverPort'>

/** The strongest sign of an attack that honest ends noticed, and the ends that noticed it. */
export interface Notices {
  readonly noticed: 'none' | 'fault' | 'security'
  readonly noticedBy: readonly NoticeResult[]
}

/**
 * Returns what honest ends noticed in the run and not in the counterpart. `isMissed`: a client lacks a response that it
 * has in the counterpart.
 */
export function noticesOf(one: Case, isMissed: boolean): Notices {
  const { simulation, attack, path, attacked, counterpart } = one
  const { fromHost, toHost } = simulation.plan.paths[path]
  const isHonest = (host: number) => attack.plan.attackers.every(({ controls }) => controls[host] === 0)
  const failed = newReasons(attacked.histories[path], counterpart.histories[path]).map((reason): Notice => {
    return { host: reason === 'client certificate refused' ? toHost : fromHost, reason, port: NONE, isServer: false }
  })
  const refused = refusalsOf(one)
    .filter((refusal) => refusal.amount > amountOf(refusal, counterpart.refusals))
    .map(({ host, reason, serverAddress, serverPort }): Notice => {
      const isServer = simulation.plan.addresses.hostOf(serverAddress, NONE) === host
      return { host, reason, port: serverPort, isServer }
    })
  const lost = newCarrierLosses(attacked.histories[path], counterpart.histories[path]).map(
    (loss): Notice => ({ ...loss, isServer: false }),
  )
  const notices = [...failed, ...refused, ...lost].filter(({ host }) => isHonest(host))
  const isMissedThere = isMissed && isHonest(fromHost)
  return {
    noticed: noticeLevel(
      notices.map(({ reason }) => reason),
      isMissedThere,
    ),
    noticedBy: eachOnce([
      ...notices.map((notice) => noticeResult(one, notice)),
      ...(isMissedThere && notices.length === 0 ? [missedBy(one)] : []),
    ]),
  }
}

/** Returns the notice of a client that lacks a response although nothing failed. */
function missedBy({ simulation, path }: Case): NoticeResult {
  const { plan } = simulation
  const { fromHost } = plan.paths[path]
  const log = nameOfLog(plan, fromHost, { port: NONE, isServer: false })
  return { host: plan.hosts[fromHost].name, log, reason: 'no answer' }
}

/**
 * Returns the refusals on connections that carry packets of the path, and on connections that the attacker opened
 * itself.
 */
function refusalsOf({ simulation, attack, step, path, attacked }: Case): CountedRefusal[] {
  const { attacker, legs } = attack.plan.steps[step]
  const { host } = attack.plan.attackers[attacker]
  const { addresses } = simulation.plan
  const own = [...legs.filter((leg) => leg.path === path), ...readdressedEnds(simulation, path)]
  return attacked.refusals.filter(({ clientAddress, serverAddress, serverPort }) =>
    own.some((leg) => {
      const isServer = isOrAny(leg.serverAddress, serverAddress) && isOrAny(leg.serverPort, serverPort)
      return isServer && (isOrAny(leg.clientAddress, clientAddress) || addresses.hostOf(clientAddress, NONE) === host)
    }),
  )
}

/** Returns the ends of the path's connections while Node.status has another address for its node. */
function readdressedEnds({ plan }: Simulation, path: number): End[] {
  const others = plan.nodeAddresses.alternatives.get(path)?.byAddress.values() ?? []
  return [...others].map((other) => {
    const { localAddress, remoteAddress, port } = plan.paths[other]
    return { clientAddress: localAddress, serverAddress: remoteAddress, serverPort: port }
  })
}

function amountOf(refusal: Refusal, refusals: readonly CountedRefusal[]): number {
  const isSame = (other: Refusal) =>
    other.host === refusal.host &&
    other.reason === refusal.reason &&
    other.clientAddress === refusal.clientAddress &&
    other.serverAddress === refusal.serverAddress &&
    other.serverPort === refusal.serverPort
  return refusals.find(isSame)?.amount ?? 0
}

function isOrAny(wanted: number, found: number): boolean {
  return wanted === NONE || wanted === found
}

function noticeResult({ simulation }: Case, { host, reason, ...where }: Notice): NoticeResult {
  const { plan } = simulation
  return { host: plan.hosts[host].name, log: nameOfLog(plan, host, where), reason }
}

function eachOnce(notices: readonly NoticeResult[]): NoticeResult[] {
  const sorted = notices.map((notice) => ({ notice, key: [notice.host, notice.reason].join('\n') }))
  sorted.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return [...new Map(sorted.map(({ key, notice }) => [key, notice])).values()]
}
