import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { InterruptedBeforeStart } from '../../src/cli/simulation/interrupted-before-start.ts'
import type { SimulateOptions } from '../../src/cli/simulation/simulate.ts'
import {
  type SimulationThread,
  simulateInThreads,
  type WorkerTask,
} from '../../src/cli/simulation/simulate-in-worker.ts'
import { simulateHereOr } from '../../src/cli/simulation/simulate-scenario.ts'
import { simulateTask } from '../../src/cli/simulation/simulate-task.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { run } from '../../src/simulation/run.ts'
import { cannedRun } from '../fixtures/fake-io.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const scenario = scenarioOf(SMALL_SCENARIO)
const LONG = scenarioOf(SMALL_SCENARIO.replace('requests: 2', 'requests: 2000'))
/** More events than happen between two looks at whether to stop. */
const LONGER = scenarioOf(SMALL_SCENARIO.replace('requests: 2', 'requests: 8000'))

/** A thread of this thread. It records what is done to it. */
class Thread extends EventEmitter {
  readonly calls: string[] = []
  readonly tasks: WorkerTask[] = []
  private readonly onTask: (task: WorkerTask, thread: Thread) => void

  constructor(onTask: (task: WorkerTask, thread: Thread) => void) {
    super()
    this.onTask = onTask
  }

  postMessage(task: WorkerTask): void {
    this.tasks.push(task)
    this.calls.push('task')
    this.onTask(task, this)
  }

  ref(): void {
    this.calls.push('ref')
  }

  unref(): void {
    this.calls.push('unref')
  }

  async terminate(): Promise<number> {
    this.calls.push('terminate')
    return 1
  }

  get listeners_(): number {
    return this.listenerCount('message') + this.listenerCount('error')
  }
}

const working = (task: WorkerTask, thread: Thread) => simulateTask(task, (message) => thread.emit('message', message))

/** Returns a function that simulates in threads which do this, and the threads that it has started. */
function pool(onTask: (task: WorkerTask, thread: Thread) => void = working) {
  const threads: Thread[] = []
  const simulate = simulateInThreads((): SimulationThread => {
    const thread = new Thread(onTask)
    threads.push(thread)
    return thread
  })
  return { threads, simulate }
}

function options(more: Partial<SimulateOptions> = {}): SimulateOptions {
  return { recordPackets: false, onProgress: () => {}, interruption: new AbortController().signal, ...more }
}

describe('a run in a thread', () => {
  test('has the result of one in this thread, with the options that were given', async () => {
    const { simulate, threads } = pool()
    expect(await simulate(scenario, options())).toEqual(run(scenario, {}))
    expect(await simulate(scenario, options({ recordPackets: true }))).toEqual(run(scenario, { recordPackets: true }))
    const described = { recordPackets: true, describePacket: 3 }
    expect(await simulate(scenario, options(described))).toEqual(run(scenario, described))
    expect((await simulate(scenario, options(described))).describedPacket).toMatchObject({ link: expect.any(String) })
    const perInstance = await simulate(scenario, options({ perInstance: true }))
    expect([perInstance.result.instances, run(scenario, {}).result.instances]).toEqual([[], undefined])
    expect(threads[0].tasks.map((task) => [task.recordPackets, task.perInstance, task.describePacket])).toEqual([
      [false, false, undefined],
      [true, false, undefined],
      [true, false, 3],
      [true, false, 3],
      [false, true, undefined],
    ])
  })

  test('uses a thread again that is idle, and starts another where none is', async () => {
    const waiting: (() => void)[] = []
    const { simulate, threads } = pool((task, thread) => waiting.push(() => working(task, thread)))
    const both = [simulate(scenario, options()), simulate(scenario, options())]
    expect(threads).toHaveLength(2)
    for (const go of waiting.splice(0)) go()
    await Promise.all(both)
    const third = simulate(scenario, options())
    waiting[0]()
    await third
    expect(threads.map(({ calls }) => calls.join(' '))).toEqual(['ref task unref', 'ref task unref ref task unref'])
    expect(threads.map((thread) => thread.listeners_)).toEqual([0, 0])
  })

  test('reports the simulated time', async () => {
    const told: number[] = []
    const { result } = await pool().simulate(LONGER, options({ onProgress: (ns) => told.push(ns) }))
    expect(told.length).toBeGreaterThan(1)
    expect([told[0], told.every((ns, i) => i === 0 || ns > told[i - 1])]).toEqual([0, true])
    expect(told.at(-1)).toBeLessThan(result.simulatedNs)
  })

  test.each([
    [{ maxEvents: 5 }, { events: 5, budget: 'events' }],
    [{ maxMemoryBytes: 1000 }, { budget: 'memory' }],
  ])('ends with the budget %o that it has used up, and keeps its thread', async (budget, expected) => {
    const { simulate, threads } = pool()
    const error: unknown = await simulate(scenario, options(budget)).catch((each) => each)
    expect(error).toBeInstanceOf(BudgetExceeded)
    expect(error).toMatchObject(expected)
    expect(threads[0].calls).toEqual(['ref', 'task', 'unref'])
    await simulate(scenario, options())
    expect(threads).toHaveLength(1)
  })

  test('ends with a bug, its stack and the end of its thread', async () => {
    const { simulate, threads } = pool((_, thread) =>
      thread.emit('message', { kind: 'bug', message: 'oh', stack: 'at x' }),
    )
    const error: unknown = await simulate(scenario, options()).catch((each) => each)
    expect(error).toMatchObject({ message: 'oh', stack: 'at x' })
    expect([threads[0].calls, threads[0].listeners_]).toEqual([['ref', 'task', 'terminate'], 0])
    await simulate(scenario, options()).catch(() => {})
    expect(threads).toHaveLength(2)
  })

  test('ends with the error of its thread if that dies, or with the memory if its heap was full', async () => {
    const dying = (code: string | null) =>
      pool((_, thread) => {
        thread.emit('message', { kind: 'progress', simulatedNs: 7 })
        thread.emit('error', Object.assign(new Error('died'), code === null ? {} : { code }))
      })
    const errorOf = (code: string | null) =>
      dying(code)
        .simulate(scenario, options())
        .catch((each: unknown) => each)
    expect(await errorOf(null)).toMatchObject({ message: 'died' })
    expect(await errorOf('ERR_OTHER')).not.toBeInstanceOf(BudgetExceeded)
    const full = await errorOf('ERR_WORKER_OUT_OF_MEMORY')
    expect(full).toBeInstanceOf(BudgetExceeded)
    expect(full).toMatchObject({ events: 0, simulatedNs: 7, budget: 'memory' })
    const { simulate, threads } = dying(null)
    await simulate(scenario, options()).catch(() => {})
    await simulate(scenario, options()).catch(() => {})
    expect([threads.length, threads[0].listeners_]).toEqual([2, 0])
  })
})

describe('a task whose simulation throws', () => {
  const failing = (error: unknown) => {
    const messages: unknown[] = []
    const [task] = [
      { scenario, maxEvents: undefined, maxMemoryBytes: undefined, recordPackets: false, isForReport: false },
    ]
    const stop = new Int32Array(new SharedArrayBuffer(4))
    simulateTask(
      { ...task, perInstance: false, describePacket: undefined, samples: [], captures: [], stop },
      (message) => {
        if (message.kind === 'progress') throw error
        messages.push(message)
      },
    )
    return messages
  }

  test('sends what was thrown as a bug', () => {
    const error = Object.assign(new Error('oh'), { stack: 'at y' })
    expect(failing(error)).toEqual([{ kind: 'bug', message: 'oh', stack: 'at y' }])
    expect(failing('a text')).toEqual([{ kind: 'bug', message: 'a text', stack: '' }])
    expect(failing(Object.assign(new Error('oh'), { stack: undefined }))).toEqual([
      { kind: 'bug', message: 'oh', stack: 'oh' },
    ])
  })
})

describe('an interruption', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('stops a simulation that has begun, which then has a partial result', async () => {
    const interruption = new AbortController()
    const { simulate, threads } = pool((task, thread) => {
      thread.emit('message', { kind: 'progress', simulatedNs: 0 })
      expect(task.stop[0]).toBe(0)
      interruption.abort(130)
      expect(task.stop[0]).toBe(1)
      vi.advanceTimersByTime(60_000)
      working(task, thread)
    })
    const { result } = await simulate(LONGER, options({ interruption: interruption.signal }))
    expect(result.ended).toBe('interrupted')
    expect(threads[0].calls).toEqual(['ref', 'task', 'unref'])
  })

  test.each([false, true])(
    'before the simulation has begun is waited for, but not long (already: %s)',
    async (already) => {
      const interruption = new AbortController()
      if (already) interruption.abort(143)
      const { simulate, threads } = pool(() => {})
      const outcome = simulate(scenario, options({ interruption: interruption.signal })).catch((each: unknown) => each)
      interruption.abort(143)
      vi.advanceTimersByTime(2_999)
      expect(threads[0].calls).toEqual(['ref', 'task'])
      vi.advanceTimersByTime(1)
      expect(await outcome).toBeInstanceOf(InterruptedBeforeStart)
      expect(await outcome).toMatchObject({ code: 143 })
      expect([threads[0].calls, threads[0].listeners_]).toEqual([['ref', 'task', 'terminate'], 0])
    },
  )

  test('does not end a simulation that begins while it is waited for', async () => {
    const interruption = new AbortController()
    const { simulate, threads } = pool(() => {})
    const outcome = simulate(LONGER, options({ interruption: interruption.signal }))
    interruption.abort(130)
    vi.advanceTimersByTime(2_000)
    threads[0].emit('message', { kind: 'progress', simulatedNs: 0 })
    vi.advanceTimersByTime(60_000)
    expect(threads[0].calls).toEqual(['ref', 'task'])
    working(threads[0].tasks[0], threads[0])
    expect((await outcome).result.ended).toBe('interrupted')
  })
})

describe('a short run', () => {
  /** Returns a function that simulates short runs here, and records the others. */
  function here() {
    const others: SimulateOptions[] = []
    const simulate = simulateHereOr(async () => async (one, given) => {
      others.push(given)
      return cannedRun(one)
    })
    return { simulate, others }
  }
  const alone = options({ isAlone: true, recordPackets: true })
  const events = run(LONG, {}).result.events

  test('needs no thread, and one of more events does', async () => {
    const { simulate, others } = here()
    expect(await simulate(scenario, alone)).toEqual(run(scenario, { recordPackets: true }))
    expect(others).toEqual([])
    expect(events).toBeGreaterThan(10_000)
    await simulate(LONG, alone)
    expect(others).toEqual([alone])
  })

  test.each([
    ['others run at the same time', scenario, { isAlone: false }],
    ['nothing is said of others', scenario, {}],
    ['it was interrupted already', scenario, { isAlone: true, interruption: AbortSignal.abort(130) }],
    [
      'it has attackers',
      scenarioOf(
        `${SMALL_SCENARIO}attackers: { eve: { on: wire, vantage: passive, plan: [{ technique: eavesdrop, path: web }] } }\n`,
      ),
      { isAlone: true },
    ],
    ['it has many hosts', manyHosts(51), { isAlone: true }],
  ])('has a thread of its own if %s', async (_, one, more) => {
    const { simulate, others } = here()
    await simulate(one, options(more))
    expect(others).toHaveLength(1)
  })

  test('of as many hosts as is small needs no thread', async () => {
    const { simulate, others } = here()
    await simulate(manyHosts(50), alone)
    expect(others).toEqual([])
  })

  test.each([
    [5, 5],
    [10_000, 10_000],
  ])('ends here with its own budget of %i events', async (maxEvents, used) => {
    const { simulate, others } = here()
    const error: unknown = await simulate(LONG, { ...alone, maxEvents }).catch((each) => each)
    expect(error).toBeInstanceOf(BudgetExceeded)
    expect(error).toMatchObject({ events: used, budget: 'events' })
    expect(others).toEqual([])
  })

  test('ends here with its budget of memory, and elsewhere with a budget of more events', async () => {
    const { simulate, others } = here()
    const error: unknown = await simulate(scenario, { ...alone, maxMemoryBytes: 1000 }).catch((each) => each)
    expect(error).toMatchObject({ budget: 'memory' })
    await simulate(LONG, { ...alone, maxEvents: 10_001 })
    expect(others.map(({ maxEvents }) => maxEvents)).toEqual([10_001])
  })

  function manyHosts(count: number) {
    const more = Array.from({ length: count - scenario.blueprint.hosts.length }, (_, i) => `more-${i}: {}`)
    const one = scenarioOf(SMALL_SCENARIO.replace('server: {} }', `server: {}, ${more.join(', ')} }`))
    expect(one.blueprint.hosts).toHaveLength(count)
    return one
  }
})
