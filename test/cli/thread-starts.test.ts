import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ThreadStarts } from '../../src/cli/simulation/thread-starts.ts'

/** Tasks that end when the test says so. */
function lab(atFirst: number) {
  let cpuMs = 70_000
  const starts = new ThreadStarts(atFirst, () => cpuMs)
  const work = (ms: number) => {
    cpuMs += ms
  }
  const interruption = new AbortController()
  const begun: number[] = []
  const ends: ((error?: Error) => void)[] = []
  const run = (task: number) =>
    starts.run(() => {
      begun.push(task)
      return new Promise<number>((resolve, reject) => {
        ends[task] = (error) => (error === undefined ? resolve(task) : reject(error))
      })
    }, interruption.signal)
  return { begun, ends, run, work, interruption }
}

/** Lets everything happen that waits for a promise. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

describe('many short tasks', () => {
  test('many short tasks run few at a time during the warm-up', async () => {
    const { begun, ends, run } = lab(2)
    const all = [0, 1, 2, 3].map(run)
    await settled()
    expect(begun).toEqual([0, 1])
    ends[1]()
    await settled()
    expect(begun).toEqual([0, 1, 2])
    ends[0]()
    await settled()
    ends[2]()
    ends[3]()
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3])
  })

  test('a task begins after another fails, as after any other', async () => {
    const { begun, ends, run } = lab(1)
    const [first, second] = [run(0), run(1)]
    const failure = expect(first).rejects.toThrow('no memory')
    await settled()
    ends[0](new Error('no memory'))
    await failure
    await settled()
    expect(begun).toEqual([0, 1])
    ends[1]()
    expect(await second).toBe(1)
  })

  test('many short tasks run all at a time after 12 s of CPU time', async () => {
    const { begun, ends, run, work } = lab(1)
    for (const task of [0, 1, 2, 3, 4]) void run(task)
    work(11_999)
    ends[0]()
    await settled()
    expect(begun).toEqual([0, 1])
    work(1)
    ends[1]()
    await settled()
    expect(begun).toEqual([0, 1, 2, 3, 4])
  })

  test('the warm-up of short tasks counts CPU time of all threads, in user and system mode', async () => {
    let [user, system] = [1_000_000, 2_000_000]
    const asking = vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user, system }))
    onTestFinished(() => asking.mockRestore())
    const starts = new ThreadStarts(1)
    const begun: number[] = []
    const ends: (() => void)[] = []
    const { signal } = new AbortController()
    for (const task of [0, 1, 2, 3])
      void starts.run(() => {
        begun.push(task)
        return new Promise<void>((resolve) => ends.push(resolve))
      }, signal)
    user += 7_000_000
    system += 4_999_000
    ends[0]()
    await settled()
    expect(begun).toEqual([0, 1])
    system += 1_000
    ends[1]()
    await settled()
    expect(begun).toEqual([0, 1, 2, 3])
  })

  test('long tasks do not wait for each other after the warm-up either', async () => {
    const { begun, run, work } = lab(1)
    for (const task of [0, 1, 2]) void run(task)
    work(12_000)
    await vi.waitFor(() => expect(begun).toEqual([0, 1, 2]))
  })

  test('many short tasks begin at once when the user interrupts, since each ends itself', async () => {
    const { begun, run, interruption } = lab(1)
    for (const task of [0, 1, 2]) void run(task)
    await settled()
    expect(begun).toEqual([0])
    interruption.abort(130)
    await settled()
    expect(begun).toEqual([0, 1, 2])
  })
})
