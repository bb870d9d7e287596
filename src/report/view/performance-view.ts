import type { FailureResult, Result, WorkloadResult } from '../../measure/result.ts'
import type { Blueprint, LinkBlueprint } from '../../simulation/blueprint.ts'
import type { IntervalHistory, RunHistory, TrafficHistory, WorkloadHistory } from '../../simulation/run-history.ts'
import { formatCount } from '../format-number.ts'
import { unfinishedOf, wireBytesPerBodyByte } from '../run/requests.ts'
import { type DistributionView, viewDistributions } from './distribution-view.ts'

/** The figures of workloads, and their course over time. */
export interface PerformanceView {
  readonly workloads: readonly WorkloadView[]
  /** Latencies of each path with completed requests. */
  readonly distributions: DistributionView
  /** Latency over time, for each path. */
  readonly courses: readonly CourseView[]
  /** Throughput over time, for each path. */
  readonly bodies: readonly BodyView[]
  /** Throughput over time of the busiest links. */
  readonly traffic: readonly TrafficView[]
  /** The number of further links that carried something. */
  readonly trafficLeftOut: number
  /** The times at which attackers act, by start. */
  readonly windows: readonly AttackWindow[]
  readonly simulatedNs: number
}

export interface WorkloadView {
  readonly name: string
  readonly path: string
  readonly letter: string
  readonly medium: string
  readonly protection: string
  readonly isBackground: boolean
  readonly completed: number
  readonly failed: number
  readonly unfinished: number
  readonly setupMs: number | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly throughputMbps: number | null
  readonly wirePerBody: number | null
  /** Texts such as `3 requests: connection reset`. */
  readonly failures: readonly string[]
}

/** Latency of the workloads of a path over time. */
export interface CourseView {
  readonly path: string
  readonly endNs: number
  readonly lines: readonly CourseLine[]
}

export interface CourseLine {
  readonly workload: string
  /** The points of the course. Each stands for the requests that ended in one interval. */
  readonly points: readonly CoursePoint[]
  readonly failures: readonly { readonly atNs: number; readonly count: number; readonly reason: string }[]
}

export interface CoursePoint {
  readonly atNs: number
  readonly requests: number
  readonly lowNs: number
  readonly medianNs: number
  readonly highNs: number
}

/** Bytes of a workload or a link direction, in intervals from tick 0. */
export interface RateLine {
  readonly name: string
  readonly bytes: readonly number[]
}

/** The bytes of request and response bodies on a path over time, when they are read, by workload. */
export interface BodyView {
  readonly path: string
  readonly intervalNs: number
  readonly lines: readonly RateLine[]
}

/** Throughput of a link over time, in both directions. */
export interface TrafficView {
  readonly link: string
  readonly intervalNs: number
  readonly directions: readonly RateLine[]
  /** The attackers on the link, or on a host at one of its ends. */
  readonly attackers: readonly string[]
}

/** A period in which a technique of an attacker is in use. */
export interface AttackWindow {
  readonly attacker: string
  readonly technique: string
  readonly paths: readonly string[]
  /** True if the period lasts as long as the run. */
  readonly isThroughout: boolean
  readonly fromNs: number
  /** The end of the period; the end of the run if the step has none. */
  readonly toNs: number
}

const COURSE_INTERVALS = 80
/** The most links with a throughput chart. */
const MOST_LINKS = 6

/** Returns the view of the workloads' figures. */
export function viewPerformance(result: Result, blueprint: Blueprint, history: RunHistory): PerformanceView {
  const { workloads, simulatedNs } = result
  const traffic = viewTraffic(history.traffic, blueprint)
  return {
    workloads: workloads.map(viewWorkload),
    distributions: viewDistributions(workloads, history.workloads),
    courses: viewCourses(workloads, history.workloads),
    bodies: viewBodies(workloads, history.workloads),
    traffic: traffic.slice(0, MOST_LINKS),
    trafficLeftOut: Math.max(0, traffic.length - MOST_LINKS),
    windows: viewWindows(blueprint, simulatedNs),
    simulatedNs,
  }
}

function viewWorkload(workload: WorkloadResult): WorkloadView {
  const { name, path, letter, medium, protection, isBackground, completed, failed } = workload
  const { setupMs, latencyMs, throughputMbps, failures } = workload
  return {
    ...{ name, path, letter, medium, protection, isBackground, completed, failed },
    unfinished: unfinishedOf(workload),
    setupMs,
    p50Ms: latencyMs.p50,
    p95Ms: latencyMs.p95,
    p99Ms: latencyMs.p99,
    throughputMbps,
    wirePerBody: wireBytesPerBodyByte(workload),
    failures: failures.map(failureText),
  }
}

function failureText({ count, reason, message }: FailureResult): string {
  return `${formatCount(count, 'request')}: ${reason}${message === undefined ? '' : ` (${message})`}`
}

function viewCourses(workloads: readonly WorkloadResult[], histories: readonly WorkloadHistory[]): CourseView[] {
  const paths = [...new Set(workloads.map(({ path }) => path))]
  return paths.flatMap((path) => {
    const names = workloads.filter((one) => one.path === path).map(({ name }) => name)
    const own = histories.filter(({ name }) => names.includes(name))
    const endNs = Math.max(0, ...own.map(lastEnd))
    const lines = own
      .map((history) => viewCourse(history, endNs))
      .filter(({ points, failures }) => points.length + failures.length > 0)
    return lines.length === 0 ? [] : [{ path, endNs, lines }]
  })
}

function lastEnd({ endNs, failures }: WorkloadHistory): number {
  return Math.max(endNs.at(-1) ?? 0, failures.at(-1)?.endNs ?? 0)
}

function viewCourse({ name, latencyNs, endNs, failures }: WorkloadHistory, lastNs: number): CourseLine {
  const intervalOf = (atNs: number) => Math.min(COURSE_INTERVALS - 1, Math.floor((atNs / lastNs) * COURSE_INTERVALS))
  const intervals = Array.from({ length: COURSE_INTERVALS }, (): number[] => [])
  for (const request of latencyNs.keys()) intervals[intervalOf(endNs[request])].push(request)
  const failed = new Map<string, { atNs: number; count: number; reason: string }>()
  for (const { endNs: atNs, reason } of failures) {
    const key = JSON.stringify([intervalOf(atNs), reason])
    failed.set(key, { atNs, reason, count: (failed.get(key)?.count ?? 0) + 1 })
  }
  return {
    workload: name,
    points: intervals.flatMap((requests) => (requests.length === 0 ? [] : [pointOf(requests, latencyNs, endNs)])),
    failures: [...failed.values()],
  }
}

function pointOf(requests: readonly number[], latencyNs: Float64Array, endNs: Float64Array): CoursePoint {
  const ascending = requests.map((request) => latencyNs[request]).sort((a, b) => a - b)
  return {
    atNs: endNs[requests[Math.floor(requests.length / 2)]],
    requests: requests.length,
    lowNs: ascending[0],
    medianNs: ascending[Math.floor((ascending.length - 1) / 2)],
    highNs: ascending[ascending.length - 1],
  }
}

/** The most intervals of the throughput of a path. */
const BODY_INTERVALS = 80

/** Returns the throughput of paths with any traffic. */
function viewBodies(workloads: readonly WorkloadResult[], histories: readonly WorkloadHistory[]): BodyView[] {
  const paths = [...new Set(workloads.map(({ path }) => path))]
  return paths.flatMap((path) => {
    const names = workloads.filter((one) => one.path === path).map(({ name }) => name)
    const own = histories.filter(({ name, bodies }) => names.includes(name) && bodies.bytes.length > 0)
    if (own.length === 0) return []
    const lastNs = Math.max(...own.map(({ bodies }) => bodies.intervalNs * bodies.bytes.length))
    let intervalNs = Math.max(...own.map(({ bodies }) => bodies.intervalNs))
    while (intervalNs * BODY_INTERVALS < lastNs) intervalNs *= 2
    const count = Math.ceil(lastNs / intervalNs)
    return [
      { path, intervalNs, lines: own.map(({ name, bodies }) => ({ name, bytes: joined(bodies, intervalNs, count) })) },
    ]
  })
}

/** Returns counts in longer intervals. `intervalNs` is a multiple of the original length. */
function joined({ bytes, intervalNs: ownNs }: IntervalHistory, intervalNs: number, count: number): readonly number[] {
  const sums = Array.from({ length: count }, () => 0)
  bytes.forEach((value, i) => {
    sums[Math.floor((i * ownNs) / intervalNs)] += value
  })
  return sums
}

/** Returns the throughput of links: first those with attackers, then the busiest. Loopbacks are left out. */
function viewTraffic({ intervalNs, directions }: TrafficHistory, blueprint: Blueprint): TrafficView[] {
  const { links } = blueprint
  const byLink = new Map<
    string,
    { attackers: readonly string[]; directions: { name: string; bytes: readonly number[] }[] }
  >()
  for (const { name, bytes } of directions) {
    const [kind, link, ...rest] = name.split('/')
    const between = links.find((one) => one.name === link)
    if (kind === 'loopback' || link === undefined || (kind === 'link' && between === undefined)) continue
    const title = kind === 'link' ? link : `${link}, port of ${rest[0]}`
    const direction = { name: directionText(rest, between), bytes: [...bytes] }
    const known = byLink.get(title)
    if (known !== undefined) known.directions.push(direction)
    else
      byLink.set(title, {
        attackers: attackersAt(link, between?.between ?? [rest[0]], blueprint),
        directions: [direction],
      })
  }
  const total = (list: readonly { readonly bytes: readonly number[] }[]) =>
    list.reduce((sum, { bytes }) => sum + bytes.reduce((a, b) => a + b, 0), 0)
  return [...byLink]
    .map(([link, own]) => ({ link, intervalNs, ...own }))
    .sort(
      (a, b) =>
        Number(b.attackers.length > 0) - Number(a.attackers.length > 0) ||
        total(b.directions) - total(a.directions) ||
        (a.link < b.link ? -1 : 1),
    )
}

/** Returns the attackers on a link or segment, or on one of these hosts. */
function attackersAt(medium: string, hosts: readonly string[], { attackers }: Blueprint): string[] {
  return attackers
    .filter(({ on }) => (on.kind === 'host' ? hosts.includes(on.name) : on.name === medium))
    .map(({ name }) => name)
}

function directionText(rest: readonly string[], link: LinkBlueprint | undefined): string {
  if (link === undefined) return rest[1] === 'in' ? 'sent' : 'received'
  return `to ${rest[0] === 'forward' ? link.between[1] : link.between[0]}`
}

function viewWindows({ attackers }: Blueprint, simulatedNs: number): AttackWindow[] {
  return attackers
    .flatMap(({ name, plan }) =>
      plan.map(({ technique, paths, atNs, parameters: { for: lastsNs = null } }) => ({
        attacker: name,
        technique,
        paths,
        isThroughout: atNs === 0 && (lastsNs === null || lastsNs >= simulatedNs),
        fromNs: atNs,
        toNs: lastsNs === null ? simulatedNs : Math.min(simulatedNs, atNs + lastsNs),
      })),
    )
    .filter(({ fromNs }) => fromNs < simulatedNs)
    .sort((a, b) => a.fromNs - b.fromNs)
}
