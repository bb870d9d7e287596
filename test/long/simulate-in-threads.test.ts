import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { InterruptedBeforeStart } from '../../src/cli/simulation/interrupted-before-start.ts'
import { RunMonitor } from '../../src/cli/simulation/run-monitor.ts'
import type { SimulateOptions } from '../../src/cli/simulation/simulate.ts'
import {
  simulateInThreads,
  type ThreadPool,
  threadPool,
  type WorkerAnswer,
  type WorkerTask,
} from '../../src/cli/simulation/simulate-in-worker.ts'
import { simulateHereOr } from '../../src/cli/simulation/simulate-scenario.ts'
import { simulateTask } from '../../src/cli/simulation/simulate-task.ts'
import { ThreadStarts } from '../../src/cli/simulation/thread-starts.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { run } from '../../src/simulation/run.ts'
import { cannedRun } from '../fixtures/fake-io.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const scenario = scenarioOf(SMALL_SCENARIO)
const LONG = scenarioOf(SMALL_SCENARIO.replace('requests: 2', 'requests: 2000'))
/** More events than happen between two looks at whether to stop. */
const LONGER = scenarioOf(SMALL_SCENARIO.replace('requests: 2', 'requests: 8000'))

/** A pool whose tasks run in this thread. It records what is done to it. */
class FakePool implements ThreadPool {
  readonly calls: string[] = []
  readonly tasks: WorkerTask[] = []
  private readonly onTask: (task: WorkerTask, end: AbortSignal) => WorkerAnswer | Promise<WorkerAnswer>

  constructor(onTask: FakePool['onTask']) {
    this.onTask = onTask
  }

  async run(task: WorkerTask, { signal }: { readonly signal: AbortSignal }): Promise<WorkerAnswer> {
    this.tasks.push(task)
    this.calls.push('run')
    return this.onTask(task, signal)
  }

  async recycleWorkers(): Promise<void> {
    this.calls.push('recycle')
  }
}

/** Returns a function that simulates in a pool which does this, and the pool. */
function pooled(onTask: FakePool['onTask'] = simulateTask) {
  const pool = new FakePool(onTask)
  return { pool, simulate: simulateInThreads(() => pool, new ThreadStarts(1)) }
}

/** Returns a task that never ends, but with its thread. */
const untilAborted = (end: AbortSignal) =>
  new Promise<never>((_, reject) => end.addEventListener('abort', () => reject(new Error('aborted'))))

function options(more: Partial<SimulateOptions> = {}): SimulateOptions {
  return { recordPackets: false, interruption: new AbortController().signal, ...more }
}

describe('a run in a thread', () => {
  test('a run in a thread uses the prepared pool of one thread, or makes one if there is none', async () => {
    const begun: number[] = []
    const simulateWith = () =>
      simulateInThreads((threads) => {
        begun.push(threads)
        return new FakePool(simulateTask)
      }, new ThreadStarts(1))
    const [prepared, unprepared] = [simulateWith(), simulateWith()]
    await simulateHereOr(async () => prepared).prepare?.()
    expect(begun).toEqual([1])
    await Promise.all([prepared(scenario, options()), unprepared(scenario, options())])
    expect(begun).toEqual([1, 0])
  })

  test('a run in a thread has the result of one in the main thread, with the same options', async () => {
    const { simulate, pool } = pooled()
    expect(await simulate(scenario, options())).toEqual(run(scenario, {}))
    expect(await simulate(scenario, options({ recordPackets: true }))).toEqual(run(scenario, { recordPackets: true }))
    const described = { recordPackets: true, describePacket: 3 }
    expect(await simulate(scenario, options(described))).toEqual(run(scenario, described))
    expect((await simulate(scenario, options(described))).describedPacket).toMatchObject({ link: expect.any(String) })
    const perInstance = await simulate(scenario, options({ perInstance: true }))
    expect([perInstance.result.instances, run(scenario, {}).result.instances]).toEqual([[], undefined])
    expect(pool.tasks.map((task) => [task.recordPackets, task.perInstance, task.describePacket])).toEqual([
      [false, false, undefined],
      [true, false, undefined],
      [true, false, 3],
      [true, false, 3],
      [false, true, undefined],
    ])
  })

  test('several scenarios in one thread have the results of each alone, and are one task', async () => {
    const { simulate, pool } = pooled()
    const runs = await simulate.all!([scenario, LONG], options())
    expect(runs).toEqual([run(scenario, {}), run(LONG, {})])
    expect(pool.tasks.map(({ scenarios }) => scenarios)).toEqual([[scenario, LONG]])
  })

  test('several scenarios in one thread fail if one of them fails, though earlier ones succeed', async () => {
    const maxEvents = run(scenario, {}).result.events
    const { simulate } = pooled()
    expect(await simulate.all!([scenario, scenario], options({ maxEvents }))).toHaveLength(2)
    const failing = simulate.all!([scenario, LONG], options({ maxEvents }))
    await expect(failing).rejects.toMatchObject({ events: maxEvents, budget: 'events' })
  })

  test('a run in a thread reports the simulated time while it runs', async () => {
    vi.useFakeTimers()
    const told: [number, number][] = []
    const { simulate } = pooled(async (task) => {
      const monitor = new RunMonitor(task.shared)
      for (const ns of [0, 5, 9]) {
        monitor.report(ns, ns * 2)
        await vi.advanceTimersByTimeAsync(100)
      }
      return simulateTask(task)
    })
    await simulate(scenario, options({ onProgress: (ns, events) => told.push([ns, events]) }))
    await vi.advanceTimersByTimeAsync(1_000)
    vi.useRealTimers()
    expect(told).toEqual([
      [0, 0],
      [5, 10],
      [9, 18],
    ])
  })

  test.each([
    [{ maxEvents: 5 }, { events: 5, budget: 'events' }],
    [{ maxMemoryBytes: 1000 }, { budget: 'memory' }],
  ])('a run in a thread ends when its budget %o is used up, and keeps its thread', async (budget, expected) => {
    const { simulate, pool } = pooled()
    const error: unknown = await simulate(scenario, options(budget)).catch((each) => each)
    expect(error).toBeInstanceOf(BudgetExceeded)
    expect(error).toMatchObject(expected)
    expect(pool.calls).toEqual(['run'])
  })

  test('a run in a thread ends with a bug and its stack, and the thread is not used again', async () => {
    const { simulate, pool } = pooled(() => ({ kind: 'bug', message: 'oh', stack: 'at x' }))
    const error: unknown = await simulate(scenario, options()).catch((each) => each)
    expect(error).toMatchObject({ message: 'oh', stack: 'at x' })
    expect(pool.calls).toEqual(['run', 'recycle'])
  })

  test('a run in a thread ends with the error of its thread if that dies, or out of memory if its heap was full', async () => {
    const errorOf = (code: string | null) =>
      pooled(({ shared }) => {
        new RunMonitor(shared).report(7, 0)
        throw Object.assign(new Error('died'), code === null ? {} : { code })
      })
        .simulate(scenario, options())
        .catch((each: unknown) => each)
    expect(await errorOf(null)).toMatchObject({ message: 'died' })
    expect(await errorOf('ERR_OTHER')).not.toBeInstanceOf(BudgetExceeded)
    const full = await errorOf('ERR_WORKER_OUT_OF_MEMORY')
    expect(full).toBeInstanceOf(BudgetExceeded)
    expect(full).toMatchObject({ events: 0, simulatedNs: 7, budget: 'memory' })
  })
})

describe('a run for which the memory did not suffice', () => {
  /** Returns a pool in which only one run has enough memory, and the most runs that were under way at a time. */
  function crowded(isEverEnough: boolean) {
    const { simulate, pool } = pooled(async (task) => {
      running += 1
      const hasEnough = isEverEnough && running === 1
      await new Promise((resolve) => setTimeout(resolve, 2))
      running -= 1
      if (!hasEnough) return { kind: 'budget', events: 1, simulatedNs: 2, budget: 'memory' }
      return simulateTask(task)
    })
    let running = 0
    return { simulate, pool }
  }

  test('a run out of memory while others ran is repeated alone, with new threads', async () => {
    const { simulate, pool } = crowded(true)
    const runs = await Promise.all([1, 2, 3, 4].map(() => simulate(scenario, options())))
    expect(runs).toEqual(runs.map(() => run(scenario, {})))
    expect(pool.calls).toEqual(['run', 'run', 'run', 'run', 'recycle', 'run', 'recycle', 'run', 'recycle', 'run'])
  })

  test('a run out of memory while no others ran is not repeated', async () => {
    const { simulate, pool } = crowded(false)
    await expect(simulate(scenario, options())).rejects.toThrow('memory')
    await expect(simulate(scenario, options())).rejects.toThrow('memory')
    expect(pool.calls).toEqual(['run', 'run'])
    const both = await Promise.allSettled([simulate(scenario, options()), simulate(scenario, options())])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(pool.calls.slice(2)).toEqual(['run', 'run', 'recycle', 'run', 'recycle', 'run'])
  })
})

test('a sequential run begins when the one before has ended; others do not wait for it', async () => {
  const ends: (() => void)[] = []
  const { simulate, pool } = pooled((task) => new Promise((resolve) => ends.push(() => resolve(simulateTask(task)))))
  const many = [1, 2].map(() => simulate(scenario, options({ hasFewThreadsAtFirst: true })))
  const other = simulate(scenario, options())
  await Promise.resolve()
  expect(pool.calls).toEqual(['run', 'run'])
  for (const end of ends.splice(0)) end()
  await Promise.all([many[0], other])
  await vi.waitFor(() => expect(pool.calls).toEqual(['run', 'run', 'run']))
  for (const end of ends) end()
  expect(await many[1]).toEqual(await many[0])
})

describe('a pool of real threads', () => {
  /** Returns a pool whose threads run this code. */
  const poolOf = (code: string) =>
    simulateInThreads(
      () => threadPool(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { maxOldGenerationSizeMb: 32 }),
      new ThreadStarts(1),
    )

  test('a pool of threads keeps its threads, and starts as many as there are concurrent runs', async () => {
    const simulate = poolOf(`
      import { threadId } from 'node:worker_threads'
      export default () => new Promise((resolve) => setTimeout(() => resolve({ kind: 'bug', message: String(threadId), stack: '' }), 1500))`)
    const threadOf = async () => {
      const bug: unknown = await simulate(scenario, options()).catch((each) => each)
      return bug instanceof Error ? bug.message : 'none'
    }
    const both = await Promise.all([threadOf(), threadOf()])
    expect(new Set(both).size).toBe(2)
  })

  test.each([
    ['throws outside of its task', "setTimeout(() => { throw new Error('lost') }, 10)", 'lost'],
    ['is ended', 'setTimeout(() => process.exit(3), 10)', 'its thread ended'],
    ['has no memory left', 'const all = []; for (;;) all.push(new Array(1e5).fill(0.5))', 'the memory budget'],
  ])('a pool of threads reports a thread that %s to its run, and continues with others', async (_, fault, message) => {
    const simulate = poolOf(`
      export default ({ recordPackets }) => {
        if (!recordPackets) return { kind: 'usage', message: 'well' }
        ${fault}
        return new Promise(() => {})
      }`)
    const [lost, other] = await Promise.allSettled([
      simulate(scenario, options({ recordPackets: true })),
      simulate(scenario, options()),
    ])
    expect([lost, other]).toMatchObject([
      { status: 'rejected', reason: { message: expect.stringContaining(message) } },
      { status: 'rejected', reason: { message: 'well' } },
    ])
    await expect(simulate(scenario, options())).rejects.toThrow('well')
  })
})

describe('a task whose simulation throws', () => {
  const failing = (error: unknown, more: Partial<WorkerTask> = {}) => {
    const { shared } = new RunMonitor()
    const progress = new Proxy(shared.progress, {
      set() {
        throw error
      },
    })
    return simulateTask({
      scenarios: [scenario],
      maxEvents: undefined,
      maxMemoryBytes: undefined,
      recordPackets: false,
      isForReport: false,
      perInstance: false,
      describePacket: undefined,
      samples: [],
      captures: [],
      shared: { ...shared, progress },
      ...more,
    })
  }

  test('a task in a thread returns a file error as an error of the user', () => {
    const path = `/tmp/${'x'.repeat(300)}`
    const captures = [{ path, subject: { kind: 'everything' }, isPlaintext: false, mostBytes: 9 }] as const
    expect(failing(null, { captures })).toEqual({
      kind: 'usage',
      message: `cannot read ${path}: the name is too long`,
    })
  })

  test('a task in a thread returns any other error as a bug', () => {
    const error = Object.assign(new Error('oh'), { stack: 'at y' })
    expect(failing(error)).toEqual({ kind: 'bug', message: 'oh', stack: 'at y' })
    expect(failing('a text')).toEqual({ kind: 'bug', message: 'a text', stack: '' })
    expect(failing(Object.assign(new Error('oh'), { stack: undefined }))).toEqual({
      kind: 'bug',
      message: 'oh',
      stack: 'oh',
    })
  })
})

describe('an interruption', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('an interruption stops a started simulation in a thread, with a partial result', async () => {
    const interruption = new AbortController()
    const { simulate, pool } = pooled(async (task, end) => {
      const monitor = new RunMonitor(task.shared)
      monitor.report(0, 0)
      expect(monitor.isToStop).toBe(false)
      interruption.abort(130)
      expect(monitor.isToStop).toBe(true)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(end.aborted).toBe(false)
      return simulateTask(task)
    })
    const { result } = await simulate(LONGER, options({ interruption: interruption.signal }))
    expect(result.ended).toBe('interrupted')
    expect(pool.calls).toEqual(['run'])
  })

  test.each([false, true])(
    'an interruption before a simulation in a thread waits for it, but not long (already: %s)',
    async (already) => {
      const interruption = new AbortController()
      if (already) interruption.abort(143)
      let end = AbortSignal.abort()
      const { simulate } = pooled((_, signal) => {
        end = signal
        return untilAborted(signal)
      })
      const outcome = simulate(scenario, options({ interruption: interruption.signal })).catch((each: unknown) => each)
      interruption.abort(143)
      await vi.advanceTimersByTimeAsync(499)
      expect(end.aborted).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      expect(end.aborted).toBe(true)
      expect(await outcome).toBeInstanceOf(InterruptedBeforeStart)
      expect(await outcome).toMatchObject({ code: 143 })
    },
  )

  test('an interruption ends a started simulation in a thread if a partial result is not useful', async () => {
    const interruption = new AbortController()
    const { simulate } = pooled((task, signal) => {
      new RunMonitor(task.shared).report(0, 0)
      return untilAborted(signal)
    })
    const wanted = { ...options({ interruption: interruption.signal }), isWholeOrNothing: true }
    const outcome = simulate(scenario, wanted).catch((each: unknown) => each)
    interruption.abort(130)
    await vi.runAllTimersAsync()
    expect(await outcome).toMatchObject({ name: 'InterruptedBeforeStart', code: 130 })
  })

  test('an interruption does not end a simulation that begins while it is waited for', async () => {
    const interruption = new AbortController()
    const { simulate } = pooled(async (task, end) => {
      await vi.advanceTimersByTimeAsync(400)
      new RunMonitor(task.shared).report(0, 0)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(end.aborted).toBe(false)
      return simulateTask(task)
    })
    const outcome = simulate(LONGER, options({ interruption: interruption.signal }))
    interruption.abort(130)
    expect((await outcome).result.ended).toBe('interrupted')
  })
})

describe('a run of a small scenario', () => {
  /** Returns a function that simulates small scenarios here, and records the others. */
  function here() {
    const others: SimulateOptions[] = []
    const simulate = simulateHereOr(async () => async (one, given) => {
      others.push(given)
      return cannedRun(one)
    })
    return { simulate, others }
  }
  const alone = options({ isAlone: true, recordPackets: true })

  test('a run of a small scenario needs no thread, whatever its length', async () => {
    const { simulate, others } = here()
    expect(await simulate(scenario, alone)).toEqual(run(scenario, { recordPackets: true }))
    expect(await simulate(LONGER, alone)).toEqual(run(LONGER, { recordPackets: true }))
    expect(others).toEqual([])
  })

  test('a run of a small scenario for a report needs a thread if it has more than 10,000 events', async () => {
    const { simulate, others } = here()
    const forReport = { ...alone, isForReport: true }
    expect((await simulate(scenario, forReport)).details).toBeDefined()
    expect(others).toEqual([])
    expect(run(LONG, {}).result.events).toBeGreaterThan(10_000)
    await simulate(LONG, forReport)
    expect(others).toEqual([forReport])
  })

  test('a run of a small scenario lets the main thread work, which can interrupt it', async () => {
    const { simulate, others } = here()
    const interruption = new AbortController()
    let turns = 0
    const onProgress = (_: number, events: number) => {
      turns++
      if (events > 0) setTimeout(() => interruption.abort(130), 0)
    }
    const { result } = await simulate(LONGER, { ...alone, interruption: interruption.signal, onProgress })
    expect(result.ended).toBe('interrupted')
    expect(turns).toBeGreaterThan(1)
    expect(others).toEqual([])
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
  ])('a run of a small scenario has its own thread if %s', async (_, one, more) => {
    const { simulate, others } = here()
    await simulate(one, options(more))
    expect(others).toHaveLength(1)
  })

  test('a run with exactly the limit of hosts needs no thread', async () => {
    const { simulate, others } = here()
    await simulate(manyHosts(50), alone)
    expect(others).toEqual([])
  })

  test.each([
    [5, 5],
    [10_000, 10_000],
  ])('a run without a thread has its own budget of %i events', async (maxEvents, used) => {
    const { simulate, others } = here()
    const error: unknown = await simulate(LONG, { ...alone, maxEvents }).catch((each) => each)
    expect(error).toBeInstanceOf(BudgetExceeded)
    expect(error).toMatchObject({ events: used, budget: 'events' })
    expect(others).toEqual([])
  })

  test('a run without a thread has its own budget of memory', async () => {
    const { simulate, others } = here()
    const error: unknown = await simulate(scenario, { ...alone, maxMemoryBytes: 1000 }).catch((each) => each)
    expect(error).toMatchObject({ budget: 'memory' })
    expect(others).toEqual([])
  })

  function manyHosts(count: number) {
    const more = Array.from({ length: count - scenario.blueprint.hosts.length }, (_, i) => `more-${i}: {}`)
    const one = scenarioOf(SMALL_SCENARIO.replace('server: {} }', `server: {}, ${more.join(', ')} }`))
    expect(one.blueprint.hosts).toHaveLength(count)
    return one
  }
})
